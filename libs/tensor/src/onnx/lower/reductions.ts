import { operand, type NodeValue, type Value } from '../../compile/graph/value';
import { natural, NCHW } from './layout';
import type { Lowering, Placed } from './lowering';
import { sumOverTiles, tilingOf } from './polyphase';

/** A reduction in the layout its operand is in. Blocked images are reduced over runs of adjacent axes, which onnxruntime does fast. */
export function lowerReduction(lowering: Lowering, value: NodeValue): Placed {
  const x = operand(value, 0);
  const axes = value.source.attrs.axes as readonly number[];
  const layout = lowering.home(x);
  if (layout === 'polyphase') return reducedByPhase(lowering, value, x, axes);
  if (layout !== 'blocked') {
    const stored = axes.map((axis) => layout.indexOf(axis)).sort((a, b) => a - b);
    return { name: reduced(lowering, value.source.op, lowering.get(x, layout), stored), layout };
  }
  const inBlocks = axes.flatMap((axis) => [[0], [2], [3], [1, 4]][axis] as number[]).sort((a, b) => a - b);
  const five = runs(inBlocks).reduceRight((name, run) => reduced(lowering, value.source.op, name, run), lowering.fiveAxes(x));
  const [, h, w] = value.shape as [number, number, number, number];
  if (axes.includes(3)) return { name: lowering.fourAxes(five, value.shape), layout: NCHW };
  if (h === 1 && w === 1) return { name: lowering.reshape(five, value.shape), layout: natural(4) };
  return { name: lowering.fourAxes(five, value.shape), layout };
}

/** Sums and means over whole images, or over channels; the tile of zeros adds nothing to them. Of everything else it is cleared away first. */
function reducedByPhase(lowering: Lowering, value: NodeValue, x: Value, axes: readonly number[]): Placed {
  const { op } = value.source;
  const [n, h, w, c] = x.shape as [number, number, number, number];
  if (axes.join() === '3' && (op === 'ReduceSum' || op === 'ReduceMean')) {
    return { name: reduced(lowering, op, lowering.get(x, 'polyphase'), [2]), layout: 'polyphase' };
  }
  const overImages = axes.includes(1) && axes.includes(2) && (op === 'ReduceSum' || op === 'ReduceMean');
  if (!overImages) return { name: reduced(lowering, op, lowering.natural(x), axes), layout: natural(4) };
  const rows = axes.includes(0) ? 1 : n;
  const sums = sumOverTiles(lowering, lowering.get(x, 'polyphase'), rows, tilingOf(x.shape), c);
  const overChannels = axes.includes(3) ? reduced(lowering, 'ReduceSum', sums, [1]) : sums;
  const count = ((n * h * w) / rows) * (axes.includes(3) ? c : 1);
  const result = op === 'ReduceMean' ? lowering.emit('Mul', [overChannels, lowering.float(1 / count)]) : overChannels;
  return { name: lowering.reshape(result, value.shape), layout: natural(4) };
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

/** ArgMax, ArgMin, Softmax and CumSum, along one axis of the natural layout. */
export function lowerAlongAxis(lowering: Lowering, value: NodeValue): Placed {
  const x = lowering.natural(operand(value, 0));
  const { op, attrs } = value.source;
  const axis = attrs.axis as number;
  const layout = natural(value.shape.length);
  if (op === 'CumSum') {
    const flags = { exclusive: Number(attrs.exclusive), reverse: Number(attrs.reverse) };
    return { name: lowering.emit(op, [x, lowering.integers([axis])], flags), layout };
  }
  if (op === 'Softmax') return { name: lowering.emit(op, [x], { axis }), layout };
  return { name: lowering.cast(lowering.emit(op, [x], { axis, keepdims: 1 }), 'int32'), layout };
}
