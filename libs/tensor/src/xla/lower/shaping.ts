import type { NodeValue } from '../../compile/graph/value';
import { UnsupportedOperation } from '../../compile/unsupported';
import type { Hlo, HloBuilder } from './hlo-builder';

/** Slices backwards are slices of the reversed array. */
export function lowerSlice(builder: HloBuilder, value: NodeValue, [x]: readonly [Hlo]): Hlo {
  const { begin, steps } = value.source.attrs as { begin: readonly number[]; steps: readonly number[] };
  const backwards = steps.map((step, axis) => (step < 0 ? axis : -1)).filter((axis) => axis >= 0);
  const from = begin.map((start, axis) => (backwards.includes(axis) ? (x.shape[axis] as number) - 1 - start : start));
  return builder.slice(builder.reverse(x, backwards), from, value.shape, steps.map(Math.abs));
}

export function lowerPad(builder: HloBuilder, value: NodeValue, [x]: readonly [Hlo]): Hlo {
  const { before, after, mode, fill } = value.source.attrs as { before: number[]; after: number[]; mode: string; fill: number };
  if (mode === 'constant') return builder.pad(x, before, after, fill);
  if (mode !== 'reflect') throw new UnsupportedOperation(`padding by ${mode} cannot be compiled`);
  return before.reduce((image, count, axis) => reflected(builder, image, axis, count, after[axis] as number), x);
}

/** What lies before and behind an axis is its mirror image, the outermost element not repeated. */
function reflected(builder: HloBuilder, x: Hlo, axis: number, before: number, after: number): Hlo {
  const length = x.shape[axis] as number;
  const mirrored = (start: number, count: number): Hlo[] => {
    if (count === 0) return [];
    const size = x.shape.map((dim, i) => (i === axis ? count : dim));
    return [
      builder.reverse(
        builder.slice(
          x,
          x.shape.map((_, i) => (i === axis ? start : 0)),
          size,
        ),
        [axis],
      ),
    ];
  };
  const parts = [...mirrored(1, before), x, ...mirrored(length - 1 - after, after)];
  return parts.length === 1 ? x : builder.concat(parts, axis);
}

/** Slices of x along an axis at the given indices. */
export function lowerGather(builder: HloBuilder, value: NodeValue, [x, indices]: readonly [Hlo, Hlo]): Hlo {
  const axis = value.source.attrs.axis as number;
  const rank = indices.shape.length;
  const offsets = x.shape.map((_, i) => i).filter((i) => i !== axis);
  const dims = [
    `offset_dims = [${offsets.map((i) => (i < axis ? i : i - 1 + rank)).join(', ')}]`,
    `collapsed_slice_dims = [${axis}]`,
    `start_index_map = [${axis}]`,
    `index_vector_dim = ${rank}`,
  ];
  const sizes = x.shape.map((dim, i) => (i === axis ? 1 : dim)).join(', ');
  const attrs = `dimension_numbers = #stablehlo.gather<${dims.join(', ')}>, slice_sizes = array<i64: ${sizes}>, indices_are_sorted = false`;
  return builder.emit(`"stablehlo.gather"(${x.name}, ${indices.name}) <{${attrs}}>`, value.type, value.shape, [x, indices]);
}

/** a b over the last two axes, the others broadcast. */
export function lowerMatMul(builder: HloBuilder, value: NodeValue, factors: readonly [Hlo, Hlo]): Hlo {
  const stack = value.shape.slice(0, -2);
  const rank = value.shape.length;
  const axes = stack.map((_, i) => i).join(', ');
  const [a, b] = factors.map((x) => builder.broadcast(x, [...stack, ...x.shape.slice(-2)])) as [Hlo, Hlo];
  const batching = stack.length > 0 ? `batching_dims = [${axes}] x [${axes}], ` : '';
  const text = `stablehlo.dot_general ${a.name}, ${b.name}, ${batching}contracting_dims = [${rank - 1}] x [${rank - 2}]`;
  return builder.emit(`${text}, precision = [${builder.precisionText()}]`, value.type, value.shape, [a, b]);
}

/** Channel (i r + j) c' + c at pixel (y, x) to channel c at pixel (r y + i, r x + j). */
export function lowerDepthToSpace(builder: HloBuilder, value: NodeValue, [x]: readonly [Hlo]): Hlo {
  const r = value.source.attrs.blockSize as number;
  const [n, h, w] = x.shape as [number, number, number];
  const split = builder.reshape(x, [n, h, w, r, r, value.shape[3] as number]);
  return builder.reshape(builder.transpose(split, [0, 1, 3, 2, 4, 5]), value.shape);
}

/** Inverse of `lowerDepthToSpace`. */
export function lowerSpaceToDepth(builder: HloBuilder, value: NodeValue, [x]: readonly [Hlo]): Hlo {
  const r = value.source.attrs.blockSize as number;
  const [n, h, w] = value.shape as [number, number, number];
  const split = builder.reshape(x, [n, h, r, w, r, x.shape[3] as number]);
  return builder.reshape(builder.transpose(split, [0, 1, 3, 2, 4, 5]), value.shape);
}
