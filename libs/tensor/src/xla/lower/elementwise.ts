import { isNode, operand, type NodeValue } from '../../compile/graph/value';
import { uniformValue } from '../../compile/passes/constants';
import { UnsupportedOperation } from '../../compile/unsupported';
import type { Hlo, HloBuilder } from './hlo-builder';

/** Operations of one operand, by StableHLO's name. */
const UNARY: Readonly<Record<string, string>> = {
  Abs: 'abs',
  Neg: 'negate',
  Sign: 'sign',
  Sigmoid: 'logistic',
  Tanh: 'tanh',
  Exp: 'exponential',
  Log: 'log',
  Sqrt: 'sqrt',
  Sin: 'sine',
  Cos: 'cosine',
  Floor: 'floor',
  Ceil: 'ceil',
  Round: 'round_nearest_even',
  Not: 'not',
};

const BINARY: Readonly<Record<string, string>> = {
  Add: 'add',
  Sub: 'subtract',
  Mul: 'multiply',
  Div: 'divide',
  Max: 'maximum',
  Min: 'minimum',
  Pow: 'power',
  And: 'and',
  Or: 'or',
};

const COMPARISONS = { Equal: 'EQ', Greater: 'GT', GreaterOrEqual: 'GE', Less: 'LT', LessOrEqual: 'LE' } as const;

/** Operations that are none of StableHLO's. */
const COMPOSED: Readonly<Record<string, (builder: HloBuilder, x: Hlo, value: NodeValue) => Hlo>> = {
  Relu: (builder, x) => builder.elementwise('maximum', [x, builder.filled(0, x)]),
  Reciprocal: (builder, x) => builder.elementwise('divide', [builder.filled(1, x), x]),
  LeakyRelu: (builder, x, { source }) => {
    const scaled = builder.elementwise('multiply', [x, builder.filled(source.attrs.alpha as number, x)]);
    return builder.select(builder.compare('GE', x, builder.filled(0, x)), x, scaled);
  },
  Elu: (builder, x) => builder.select(builder.compare('GT', x, builder.filled(0, x)), x, builder.elementwise('exponential_minus_one', [x])),
  // log(1 + exp x) without overflow: max(x, 0) + log(1 + exp(-|x|)).
  Softplus: (builder, x) => {
    const small = builder.elementwise('exponential', [builder.elementwise('negate', [builder.elementwise('abs', [x])])]);
    return builder.elementwise('add', [
      builder.elementwise('maximum', [x, builder.filled(0, x)]),
      builder.elementwise('log_plus_one', [small]),
    ]);
  },
  Erf: (builder, x) => builder.erf(x),
  Cast: (builder, x, { type }) => (type === 'bool' ? builder.compare('NE', x, builder.filled(0, x)) : builder.convert(x, type)),
};

/**
 * relu(x) > 0, the mask of a gradient, is relu(x) != 0 but for NaN. So written XLA does not turn it into x > 0, which would keep x beside relu(x), and the ReLU out of
 * the convolution that computes x.
 */
function isSignOfRelu(value: NodeValue): boolean {
  const [x, zero] = [operand(value, 0), operand(value, 1)];
  const isRelu = isNode(x, 'Relu') || (isNode(x, 'Conv') && x.source.attrs.activation === 'Relu');
  return isRelu && uniformValue(zero) === 0;
}

/** An operation on corresponding elements, with broadcasting. */
export function lowerElementwise(builder: HloBuilder, value: NodeValue, operands: readonly Hlo[]): Hlo {
  const { op } = value.source;
  const composed = COMPOSED[op];
  const full = operands.map((x) => builder.broadcast(x, value.shape));
  if (composed) return composed(builder, full[0] as Hlo, value);
  const [a, b, c] = full as [Hlo, Hlo, Hlo];
  if (value.type === 'int32' && (op === 'Floor' || op === 'Ceil' || op === 'Round')) {
    throw new UnsupportedOperation(`operation ${op} of integers cannot be compiled`);
  }
  if (UNARY[op]) return builder.elementwise(UNARY[op], [a]);
  if (BINARY[op]) return builder.elementwise(BINARY[op], [a, b]);
  if (op === 'Greater' && isSignOfRelu(value)) return builder.compare('NE', a, b);
  if (op in COMPARISONS) return builder.compare(COMPARISONS[op as keyof typeof COMPARISONS], a, b);
  if (op === 'Where') return builder.select(a, b, c);
  if (op === 'Clip') return builder.elementwise('clamp', [b, a, c]);
  throw new UnsupportedOperation(`operation ${op} cannot be compiled`);
}
