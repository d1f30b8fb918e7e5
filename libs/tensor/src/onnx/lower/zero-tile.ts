import { isConstant, sizeOf, type NodeValue, type Value } from '../../compile/graph/value';
import { isFull } from './lowering';

/** What operations make of numbers; those that are not here make something else of zeros. */
const OPERATIONS: Readonly<Record<string, (a: number, b: number, c: number) => number | boolean>> = {
  ...Object.fromEntries(
    'Abs Neg Sign Relu LeakyRelu Elu Tanh Erf Sin Sqrt Floor Ceil Round Cast'.split(' ').map((op) => [op, (a: number) => a]),
  ),
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Max: Math.max,
  Min: Math.min,
  Greater: (a, b) => a > b,
  GreaterOrEqual: (a, b) => a >= b,
  Less: (a, b) => a < b,
  LessOrEqual: (a, b) => a <= b,
  Equal: (a, b) => a === b,
  And: (a, b) => a && b,
  Or: (a, b) => a || b,
  Where: (a, b, c) => (a ? b : c),
  Clip: (a, b, c) => Math.min(Math.max(a, b), c),
};

/**
 * Whether an operation on corresponding elements yields zero, or false, where its operands are zero: then the tile of zeros of arrays by phase stays one. Numbers that the step
 * computes are taken to be what a product with zero, or a division of zero by them, comes out as zero for: anything finite, and not zero.
 */
export function keepsZeros(value: NodeValue): boolean {
  const { op, operands } = value.source;
  const operation = OPERATIONS[op];
  if (!operation) return false;
  const unknown = op === 'Mul' || op === 'Div' ? 1 : NaN;
  const atZero = (x: Value): number =>
    sizeOf(x.shape) > 1 || isFull(x, value) ? 0 : isConstant(x) ? (x.source.data[0] as number) : unknown;
  const [a = 0, b = 0, c = 0] = operands.map(atZero);
  return Number(operation(a, b, c)) === 0;
}
