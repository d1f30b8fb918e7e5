import type { Rule } from '../graph/rewrite';
import { isNode, operand, type Value } from '../graph/value';
import { uniformValue } from './constants';

/** relu(x) > 0 exactly where x > 0. Comparing the output instead of x leaves x with one user, so that the relu can be fused into what computes x. */
export const signOfRelu: Rule = (value, { builder }) => {
  if (value.source.op !== 'Greater' || uniformValue(operand(value, 1)) !== 0) return null;
  const x = operand(value, 0);
  const relu = builder.find('Relu', [x], x.shape, {}, x.type);
  return relu ? builder.elementwise('Greater', [relu, operand(value, 1)], 'bool') : null;
};

/** dy step(x), with the step as a number: dy where x > 0 and 0 elsewhere. */
export const maskedProduct: Rule = (value, { builder }) => {
  if (value.source.op !== 'Mul') return null;
  const [a, b] = [operand(value, 0), operand(value, 1)];
  const masked = (x: Value, mask: Value): Value | null =>
    isNode(mask, 'Cast') && operand(mask, 0).type === 'bool'
      ? builder.elementwise('Where', [operand(mask, 0), x, builder.scalar(0)], 'float32')
      : null;
  return masked(a, b) ?? masked(b, a);
};
