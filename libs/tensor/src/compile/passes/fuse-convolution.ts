import type { Rule } from '../graph/rewrite';
import { isNode, operand, sameShape, type NodeValue, type Value } from '../graph/value';

/** A convolution that nothing else needs and that is still linear; operands x, w and perhaps a bias. */
function absorbs(x: Value, uses: (value: Value) => number, operands: number): x is NodeValue {
  return isNode(x, 'Conv') && uses(x) === 1 && x.source.operands.length <= operands && x.source.attrs.activation === undefined;
}

/** conv(x, w) + b becomes conv(x, w, b). */
export const fuseBias: Rule = (value, { builder, uses }) => {
  if (value.source.op !== 'Add') return null;
  const [a, b] = [operand(value, 0), operand(value, 1)];
  const fused = (conv: Value, bias: Value): Value | null => {
    if (!absorbs(conv, uses, 2) || bias.shape.length !== 1 || bias.shape[0] !== conv.shape[3]) return null;
    return builder.node('Conv', [...conv.source.operands, bias], conv.shape, conv.source.attrs);
  };
  return fused(a, b) ?? fused(b, a);
};

/** relu(conv(...)) becomes one operation. */
export const fuseRelu: Rule = (value, { builder, uses }) => {
  if (value.source.op !== 'Relu') return null;
  const conv = operand(value, 0);
  if (!absorbs(conv, uses, 3)) return null;
  return builder.node('Conv', conv.source.operands, value.shape, { ...conv.source.attrs, activation: 'Relu' });
};

/** x + conv(..., b) becomes one operation: the residual connection. */
export const fuseResidual: Rule = (value, { builder, uses }) => {
  if (value.source.op !== 'Add') return null;
  const [a, b] = [operand(value, 0), operand(value, 1)];
  const fused = (conv: Value, x: Value): Value | null => {
    if (!absorbs(conv, uses, 3) || conv.source.operands.length !== 3 || !sameShape(x.shape, conv.shape)) return null;
    return builder.node('Conv', [...conv.source.operands, x], value.shape, conv.source.attrs);
  };
  return fused(b, a) ?? fused(a, b);
};
