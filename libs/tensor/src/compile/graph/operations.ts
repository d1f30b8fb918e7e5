const UNARY = 'Abs Neg Sign Relu Sigmoid Tanh Exp Log Sqrt Reciprocal Softplus Elu LeakyRelu Sin Cos Erf Floor Ceil Round Not Cast'.split(
  ' ',
);
const BROADCASTING = 'Add Sub Mul Div Max Min Pow And Or Equal Greater GreaterOrEqual Less LessOrEqual Where Clip'.split(' ');

/** Operations on corresponding elements, with numpy's broadcasting. */
const ELEMENTWISE: ReadonlySet<string> = new Set([...UNARY, ...BROADCASTING]);

export function isElementwise(op: string): boolean {
  return ELEMENTWISE.has(op);
}
