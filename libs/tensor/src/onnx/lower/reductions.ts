import { operand, sizeOf, type NodeValue, type Value } from '../graph/value';
import { natural, NCHW } from './layout';
import type { Lowering, Placed } from './lowering';

/** A reduction in the layout its operand is in. Blocked images and those by phase are reduced over runs of adjacent axes, which onnxruntime does fast. */
export function lowerReduction(lowering: Lowering, value: NodeValue): Placed {
  const x = operand(value, 0);
  const axes = value.source.attrs.axes as readonly number[];
  const layout = lowering.home(x);
  if (layout === 'polyphase') return reducedByPhase(lowering, value, x, axes);
  if (layout !== 'blocked') {
    const stored = axes.map((axis) => layout.indexOf(axis)).sort((a, b) => a - b);
    return { name: reduced(lowering, value.source.op, lowering.get(x, layout), stored), layout };
  }
  const inBlocks = axes.flatMap((axis) => [[0], [2], [3], [1, 4]][axis] as number[]);
  const five = reducedInRuns(lowering, value.source.op, lowering.fiveAxes(x), inBlocks);
  const [, h, w] = value.shape as [number, number, number, number];
  if (axes.includes(3)) return { name: lowering.fourAxes(five, value.shape), layout: NCHW };
  if (h === 1 && w === 1) return { name: lowering.reshape(five, value.shape), layout: natural(4) };
  return { name: lowering.fourAxes(five, value.shape), layout };
}

function reducedByPhase(lowering: Lowering, value: NodeValue, x: Value, axes: readonly number[]): Placed {
  // Along one axis of the image only: what is left has no tiles.
  if (axes.includes(1) !== axes.includes(2)) {
    return { name: reduced(lowering, value.source.op, lowering.natural(x), axes), layout: natural(4) };
  }
  if (value.source.op === 'ReduceSum' && axes.join() === '0,1,2') return { name: perChannel(lowering, x), layout: natural(4) };
  const byPhase = axes.flatMap((axis) => [[2], [0, 3], [1, 4], [5]][axis] as number[]);
  const name = reducedInRuns(lowering, value.source.op, lowering.get(x, 'polyphase'), byPhase);
  return axes.includes(1) ? { name: lowering.reshape(name, value.shape), layout: natural(4) } : { name, layout: 'polyphase' };
}

/** Sums over all pixels, as a bias's gradient is: a product with ones reads the images three to five times as fast as onnxruntime's ReduceSum. */
function perChannel(lowering: Lowering, x: Value): string {
  const channels = x.shape[3] as number;
  const pixels = sizeOf(x.shape) / channels;
  const ones = lowering.floats(Array<number>(pixels).fill(1), [1, pixels]);
  const sums = lowering.emit('MatMul', [ones, lowering.reshapeUnplanned(lowering.get(x, 'polyphase'), [pixels, channels])]);
  return lowering.reshape(sums, [1, 1, 1, channels]);
}

function reducedInRuns(lowering: Lowering, op: string, name: string, axes: readonly number[]): string {
  return runs([...axes].sort((a, b) => a - b)).reduceRight((result, run) => reduced(lowering, op, result, run), name);
}

function reduced(lowering: Lowering, op: string, name: string, axes: readonly number[]): string {
  // The one reduction whose axes are an input in every version of the standard that is in use.
  if (op === 'ReduceSum') return lowering.emit(op, [name, lowering.integers(axes)], { keepdims: 1 });
  return lowering.emit(op, [name], { axes, keepdims: 1 });
}

/** Ascending numbers in runs of consecutive ones. */
function runs(numbers: readonly number[]): number[][] {
  return numbers.reduce<number[][]>((found, n) => {
    const last = found.at(-1);
    if (last && last.at(-1) === n - 1) last.push(n);
    else found.push([n]);
    return found;
  }, []);
}

/** ArgMax, ArgMin, Softmax, LogSoftmax and CumSum, along one axis of the natural layout. */
export function lowerAlongAxis(lowering: Lowering, value: NodeValue): Placed {
  const x = lowering.natural(operand(value, 0));
  const { op, attrs } = value.source;
  const axis = attrs.axis as number;
  const layout = natural(value.shape.length);
  if (op === 'CumSum') {
    const flags = { exclusive: Number(attrs.exclusive), reverse: Number(attrs.reverse) };
    return { name: lowering.emit(op, [x, lowering.integers([axis])], flags), layout };
  }
  if (op === 'Softmax' || op === 'LogSoftmax') return { name: lowering.emit(op, [x], { axis }), layout };
  return { name: lowering.cast(lowering.emit(op, [x], { axis, keepdims: 1 }), 'int32'), layout };
}
