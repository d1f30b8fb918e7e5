import type { Rule } from '../graph/rewrite';
import { isElementwise } from '../graph/operations';
import { isNode, operand, sameShape, sizeOf, type NodeValue, type Value } from '../graph/value';
import { uniformValue } from './constants';

/**
 * Operands are handed over unexpanded where the operation broadcasts by itself, and operations on nothing but broadcast
 * values are done before the broadcast. tfjs' gradients are full of tensors of ones.
 */
export const unexpandOperands: Rule = (value, { builder }) => {
  if (!isElementwise(value.source.op)) return null;
  const { op, operands, attrs } = value.source;
  const small = operands.map((x) => {
    const fill = sizeOf(x.shape) > 1 ? uniformValue(x) : null;
    if (fill !== null) return builder.scalar(fill, x.type);
    return isNode(x, 'Expand') ? operand(x, 0) : x;
  });
  if (small.every((x, i) => x === operands[i])) return null;
  const result = builder.elementwise(op, small, value.type, attrs);
  return sameShape(result.shape, value.shape) ? result : builder.expand(result, value.shape);
};

/** Expansions to the same shape, and expansions of expansions. */
export const simplifyExpand: Rule = (value, { builder }) => {
  if (value.source.op !== 'Expand') return null;
  const x = operand(value, 0);
  if (sameShape(x.shape, value.shape)) return x;
  return isNode(x, 'Expand') ? builder.expand(operand(x, 0), value.shape) : null;
};

/** The reshape of a value that is one element copied many times. */
export const reshapeOfExpandedScalar: Rule = (value, { builder }) => {
  const x = value.source.op === 'Reshape' ? operand(value, 0) : null;
  if (!x || !isNode(x, 'Expand')) return null;
  const inner: Value = operand(x as NodeValue, 0);
  return sizeOf(inner.shape) === 1 ? builder.expand(builder.reshape(inner, []), value.shape) : null;
};
