import { isNode, reachable, sizeOf, type NodeValue, type Value } from './value';

/** Multiply-adds of the convolutions, their gradients and the matrix products that `outputs` depend on. */
export function multiplyAdds(outputs: readonly Value[]): number {
  return reachable(outputs).reduce((sum, value) => sum + (isNode(value) ? ofOperation(value) : 0), 0);
}

function ofOperation({ source: { op, operands }, shape }: NodeValue): number {
  const [a, b] = operands as [Value, Value];
  switch (op) {
    case 'Conv':
      return ofConvolution(shape, b.shape);
    case 'ConvInputGradient':
      return ofConvolution(a.shape, b.shape);
    case 'ConvFilterGradient':
      return ofConvolution(b.shape, shape);
    case 'MatMul':
      return sizeOf(shape) * (a.shape.at(-1) as number);
    default:
      return 0;
  }
}

/** Of y = conv(x, w): each element of y is a sum over the kernel of its channel. */
function ofConvolution(y: readonly number[], w: readonly number[]): number {
  return (sizeOf(y) * sizeOf(w)) / (w.at(-1) as number);
}
