import { sizeOf, type NodeValue } from '../../compile/graph/value';
import type { Combination, Hlo, HloBuilder } from './hlo-builder';

const COMBINATIONS: Readonly<Record<string, Combination>> = {
  ReduceSum: 'add',
  ReduceMean: 'add',
  ReduceMax: 'maximum',
  ReduceMin: 'minimum',
  ReduceProd: 'multiply',
};

/** A reduction that keeps the axes it reduces. */
export function lowerReduction(builder: HloBuilder, value: NodeValue, [x]: readonly [Hlo]): Hlo {
  const { op, attrs } = value.source;
  const axes = attrs.axes as readonly number[];
  const reduced = builder.reduceKept(COMBINATIONS[op] as Combination, x, axes);
  if (op !== 'ReduceMean') return reduced;
  const count = sizeOf(axes.map((axis) => x.shape[axis] as number));
  return builder.elementwise('divide', [reduced, builder.filled(count, reduced)]);
}

/** The index of the largest or smallest element along an axis: the first of equals. */
export function lowerArg(builder: HloBuilder, value: NodeValue, [x]: readonly [Hlo]): Hlo {
  const axis = value.source.attrs.axis as number;
  const extreme = builder.reduceKept(value.source.op === 'ArgMax' ? 'maximum' : 'minimum', x, [axis]);
  const index = builder.emit(`stablehlo.iota dim = ${axis}`, 'int32', x.shape);
  const isExtreme = builder.compare('EQ', x, builder.broadcast(extreme, x.shape));
  return builder.reduceKept('minimum', builder.select(isExtreme, index, builder.filled(x.shape[axis] as number, index)), [axis]);
}

/** exp(x) / sum exp(x) along an axis, of x less its maximum. */
export function lowerSoftmax(builder: HloBuilder, value: NodeValue, [x]: readonly [Hlo]): Hlo {
  const axes = [value.source.attrs.axis as number];
  const over = (combination: Combination, terms: Hlo): Hlo => builder.broadcast(builder.reduceKept(combination, terms, axes), x.shape);
  const shifted = builder.elementwise('subtract', [x, over('maximum', x)]);
  const powers = builder.elementwise('exponential', [shifted]);
  return builder.elementwise('divide', [powers, over('add', powers)]);
}

/** Sums of everything before each element, or behind it; the element itself included unless `exclusive`. */
export function lowerCumSum(builder: HloBuilder, value: NodeValue, [x]: readonly [Hlo]): Hlo {
  const { axis, exclusive, reverse } = value.source.attrs as { axis: number; exclusive: boolean; reverse: boolean };
  const length = x.shape[axis] as number;
  const ones = x.shape.map(() => 1);
  const window = { window: x.shape.map((_, i) => (i === axis ? length : 1)), strides: ones };
  const pads = x.shape.map((_, i): readonly [number, number] => (i !== axis ? [0, 0] : reverse ? [0, length - 1] : [length - 1, 0]));
  const sums = builder.reduceWindow('add', x, { ...window, pads }, x.shape);
  if (!exclusive) return sums;
  // Moved by one, a zero first.
  const size = x.shape.map((dim, i) => (i === axis ? dim - 1 : dim));
  const begin = x.shape.map((_, i) => (i === axis && reverse ? 1 : 0));
  const one = x.shape.map((_, i) => (i === axis ? 1 : 0));
  const none = x.shape.map(() => 0);
  return builder.pad(builder.slice(sums, begin, size), reverse ? none : one, reverse ? one : none, 0);
}
