import { operand, type NodeValue, type Value } from '../../compile/graph/value';
import { isPermutation, layoutKey, natural, NCHW, nearestPermutation, type Layout } from './layout';
import type { Lowering, Placed } from './lowering';
import { fromPolyphase } from './polyphase';

/** Reshapes keep the natural order of elements. */
export function lowerReshape(lowering: Lowering, value: NodeValue): Placed {
  return { name: lowering.reshape(lowering.natural(operand(value, 0)), value.shape), layout: natural(value.shape.length) };
}

/** A transpose moves nothing: the same memory, its axes named differently. */
export function lowerTranspose(lowering: Lowering, value: NodeValue): Placed {
  const x = operand(value, 0);
  const perm = value.source.attrs.perm as readonly number[];
  const stored = nearestPermutation(lowering.home(x));
  return { name: lowering.get(x, stored), layout: stored.map((axis) => perm.indexOf(axis)) };
}

export function lowerExpand(lowering: Lowering, value: NodeValue): Placed {
  return {
    name: lowering.emit('Expand', [lowering.natural(operand(value, 0)), lowering.integers(value.shape)]),
    layout: natural(value.shape.length),
  };
}

export function lowerSlice(lowering: Lowering, value: NodeValue): Placed {
  const x = operand(value, 0);
  // Blocks and tiles are given up: a slice may cut through them, and so may a padding.
  const layout = nearestPermutation(lowering.home(x));
  const begin = value.source.attrs.begin as readonly number[];
  const steps = value.source.attrs.steps as readonly number[];
  const cut = layout
    .map((axis, stored) => ({ axis, stored }))
    .filter(({ axis }) => value.shape[axis] !== x.shape[axis] || steps[axis] !== 1);
  const forwards = cut.filter(({ axis }) => (steps[axis] as number) > 0);
  const inputs = [
    forwards.map(({ axis }) => begin[axis] as number),
    forwards.map(({ axis }) => (begin[axis] as number) + ((value.shape[axis] as number) - 1) * (steps[axis] as number) + 1),
    forwards.map(({ stored }) => stored),
    forwards.map(({ axis }) => steps[axis] as number),
  ];
  const name = lowering.get(x, layout);
  const sliced = forwards.length ? lowering.emit('Slice', [name, ...inputs.map((numbers) => lowering.integers(numbers))]) : name;
  // Element by element: onnxruntime's WebGPU slices backwards wrongly.
  const backwards = (image: string, { axis, stored }: { axis: number; stored: number }): string => {
    const indices = Array.from({ length: value.shape[axis] as number }, (_, i) => (begin[axis] as number) + i * (steps[axis] as number));
    return lowering.emit('Gather', [image, lowering.integers(indices)], { axis: stored });
  };
  return { name: cut.filter((axes) => !forwards.includes(axes)).reduce(backwards, sliced), layout };
}

export function lowerPad(lowering: Lowering, value: NodeValue): Placed {
  const x = operand(value, 0);
  const layout = nearestPermutation(lowering.home(x));
  const { before, after, mode, fill } = value.source.attrs as { before: number[]; after: number[]; mode: string; fill: number };
  const pads = lowering.integers([...layout.map((axis) => before[axis] as number), ...layout.map((axis) => after[axis] as number)]);
  const inputs = [lowering.get(x, layout), pads, ...(mode === 'constant' ? [lowering.float(fill)] : [])];
  return { name: lowering.emit('Pad', inputs, { mode }), layout };
}

/** A concatenation in the layout of most of its parts that can be appended to each other in it. */
export function lowerConcat(lowering: Lowering, value: NodeValue): Placed {
  const parts = value.source.operands;
  const axis = value.source.attrs.axis as number;
  const layout = commonLayout(lowering, parts, axis);
  if (layout !== 'blocked') {
    const names = parts.map((x) => lowering.get(x, layout));
    const stored = isPermutation(layout) ? layout.indexOf(axis) : 2;
    return { name: lowering.emit('Concat', names, { axis: stored }), layout };
  }
  const stored = [0, 2, 3, 1][axis] as number;
  const name = lowering.emit(
    'Concat',
    parts.map((x) => lowering.fiveAxes(x)),
    { axis: stored },
  );
  return { name: lowering.fourAxes(name, value.shape), layout };
}

function commonLayout(lowering: Lowering, parts: readonly Value[], axis: number): Layout {
  const counts = new Map<string, { layout: Layout; count: number }>();
  for (const x of parts) {
    const layout = lowering.home(x);
    const entry = counts.get(layoutKey(layout)) ?? { layout, count: 0 };
    entry.count++;
    counts.set(layoutKey(layout), entry);
  }
  if (!parts.every((x) => lowering.canBlock(x.shape))) counts.delete('blocked');
  if (axis !== 3) counts.delete('polyphase');
  const [best] = [...counts.values()].sort((a, b) => b.count - a.count);
  return best?.layout ?? NCHW;
}

/** Channel (i r + j) c' + c at pixel (y, x) to channel c at pixel (r y + i, r x + j): tfjs' order, ONNX's mode DCR. */
export function lowerDepthToSpace(lowering: Lowering, value: NodeValue): Placed {
  const x = operand(value, 0);
  const r = value.source.attrs.blockSize as number;
  if (lowering.home(x) === 'polyphase') {
    return { name: fromPolyphase(lowering, lowering.get(x, 'polyphase'), x.shape, r), layout: natural(4) };
  }
  if (lowering.home(x) !== 'blocked' || !lowering.canBlock(value.shape)) {
    return { name: lowering.emit('DepthToSpace', [lowering.get(x, NCHW)], { blocksize: r, mode: 'DCR' }), layout: NCHW };
  }
  const [n, h, w] = x.shape as [number, number, number, number];
  const apart = lowering.reshape(lowering.get(x, 'blocked'), [
    n,
    r,
    r,
    (value.shape[3] as number) / lowering.target.block,
    h,
    w,
    lowering.target.block,
  ]);
  return { name: lowering.fourAxes(lowering.transpose(apart, [0, 3, 4, 1, 5, 2, 6]), value.shape), layout: 'blocked' };
}

/** Inverse of `lowerDepthToSpace`. */
export function lowerSpaceToDepth(lowering: Lowering, value: NodeValue): Placed {
  const x = operand(value, 0);
  const r = value.source.attrs.blockSize as number;
  if (lowering.home(x) !== 'blocked') {
    return { name: lowering.emit('SpaceToDepth', [lowering.get(x, NCHW)], { blocksize: r }), layout: NCHW };
  }
  const [n, h, w] = value.shape as [number, number, number, number];
  const apart = lowering.reshape(lowering.get(x, 'blocked'), [
    n,
    (x.shape[3] as number) / lowering.target.block,
    h,
    r,
    w,
    r,
    lowering.target.block,
  ]);
  return { name: lowering.fourAxes(lowering.transpose(apart, [0, 3, 5, 1, 2, 4, 6]), value.shape), layout: 'blocked' };
}

export function lowerGather(lowering: Lowering, value: NodeValue): Placed {
  const [x, indices] = [operand(value, 0), operand(value, 1)];
  const name = lowering.emit('Gather', [lowering.natural(x), lowering.natural(indices)], { axis: value.source.attrs.axis as number });
  return { name, layout: natural(value.shape.length) };
}

/** Matrix products read operands with their last two axes exchanged as they lie. */
export function lowerMatMul(lowering: Lowering, value: NodeValue): Placed {
  const [a, b] = [operand(value, 0), operand(value, 1)];
  const rank = value.shape.length;
  const exchanged = (x: Value): boolean => layoutKey(lowering.home(x)) === layoutKey([...natural(rank).slice(0, -2), rank - 1, rank - 2]);
  const asItLies = (x: Value): string => (exchanged(x) ? lowering.get(x, lowering.home(x)) : lowering.natural(x));
  return { name: lowering.matMul(asItLies(a), asItLies(b), { a: exchanged(a), b: exchanged(b), rank }), layout: natural(rank) };
}
