import type { Rule, RuleContext } from '../graph/rewrite';
import { isNode, operand, sameShape, type NodeValue, type Value } from '../graph/value';
import { uniformValue } from './constants';

function resized({ builder }: RuleContext, x: Value, value: Value): Value {
  return sameShape(x.shape, value.shape) ? x : builder.expand(x, value.shape);
}

/** x + 0, x - 0, x 1 and x / 1 are x. */
export const neutralElements: Rule = (value, context) => {
  const neutral = { Add: 0, Sub: 0, Mul: 1, Div: 1 }[value.source.op];
  if (neutral === undefined) return null;
  const [a, b] = [operand(value, 0), operand(value, 1)];
  if (uniformValue(b) === neutral) return resized(context, a, value);
  const commutes = value.source.op === 'Add' || value.source.op === 'Mul';
  return commutes && uniformValue(a) === neutral ? resized(context, b, value) : null;
};

/** (x c) d = x (c d) for constants, wherever the factors stand; c is moved behind x. */
export const constantFactors: Rule = (value, { builder }) => {
  if (value.source.op !== 'Mul' || value.type !== 'float32') return null;
  const [a, b] = [operand(value, 0), operand(value, 1)];
  if (uniformValue(a) !== null && uniformValue(b) === null) return builder.elementwise('Mul', [b, a]);
  const factor = b.shape.length === 0 ? uniformValue(b) : null;
  if (factor === null || !isNode(a, 'Mul')) return null;
  const inner = operand(a, 1);
  const innerFactor = inner.shape.length === 0 ? uniformValue(inner) : null;
  return innerFactor === null ? null : builder.elementwise('Mul', [operand(a, 0), builder.scalar(factor * innerFactor)]);
};

/** (x + b) + c = x + (b + c) where b and c are smaller than x: the biases are summed, not the images. */
export const gatheredBiases: Rule = (value, { builder, uses }) => {
  if (value.source.op !== 'Add') return null;
  const [a, c] = [operand(value, 0), operand(value, 1)];
  if (!isNode(a, 'Add') || uses(a) > 1 || !isVector(c) || !sameShape(a.shape, value.shape)) return null;
  const [x, b] = [operand(a as NodeValue, 0), operand(a as NodeValue, 1)];
  return isVector(b) && x.shape.length > 1 ? builder.elementwise('Add', [x, builder.elementwise('Add', [b, c])]) : null;
};

function isVector(x: Value): boolean {
  return x.shape.length <= 1;
}
