import { isNode, sizeOf, type NodeValue, type Value } from '../../compile/graph/value';
import { isPermutation, layoutKey, natural, permuted, sameMemory, type Layout } from './layout';
import { isFull, type Lowering, type Placed } from './lowering';
import type { OnnxAttribute } from './model';
import { perTile, tilingOf, toPolyphase } from './polyphase';
import { keepsZeros } from './zero-tile';

/** An operation on corresponding elements, in the layout in which the fewest elements have to be rearranged first. */
export function lowerElementwise(lowering: Lowering, value: NodeValue): Placed {
  const layout = cheapestLayout(lowering, value);
  const { operands, op, attrs } = value.source;
  const whole = operands.every((x) => isFull(x, value) || sizeOf(x.shape) === 1);
  const onnxAttrs: Record<string, OnnxAttribute> = op === 'LeakyRelu' ? { alpha: { float: attrs.alpha as number } } : {};
  const apply = (names: string[]): string => {
    if (op === 'Cast') return lowering.cast(names[0] as string, value.type);
    if (op === 'Sign' && lowering.target.block > 0 && value.type === 'float32') return sign(lowering, names[0] as string);
    return lowering.emit(op, names, onnxAttrs);
  };

  if (layout === 'polyphase') {
    return { name: apply(operands.map((x) => (isFull(x, value) ? lowering.get(x, layout) : phaseBroadcast(lowering, x, value)))), layout };
  }
  if (isPermutation(layout)) return { name: apply(operands.map((x) => aligned(lowering, x, value, layout))), layout };
  if (whole) return { name: apply(operands.map((x) => (isFull(x, value) ? lowering.get(x, 'blocked') : scalar(lowering, x)))), layout };
  const five = apply(operands.map((x) => (isFull(x, value) ? lowering.fiveAxes(x) : blockedBroadcast(lowering, x))));
  return { name: lowering.fourAxes(five, value.shape), layout };
}

/** onnxruntime's Sign goes element by element; a product and a clipping are vectorised. Denormal numbers alone may come out between -1 and 1. */
function sign(lowering: Lowering, x: string): string {
  const scaled = lowering.emit('Mul', [x, lowering.float(3e38)]);
  return lowering.emit('Clip', [scaled, lowering.float(-1), lowering.float(1)]);
}

function cheapestLayout(lowering: Lowering, value: NodeValue): Layout {
  const full = value.source.operands.filter((x) => isFull(x, value));
  const small = value.source.operands.filter((x) => !isFull(x, value) && sizeOf(x.shape) > 1);
  const candidates = new Map<string, Layout>(full.map((x) => [layoutKey(lowering.home(x)), lowering.home(x)]));
  if (!full.length || small.some((x) => !broadcastsInBlocks(x, value))) candidates.delete('blocked');
  if (!full.length || small.some((x) => !broadcastsByPhase(x, value)) || !keepsZeros(value)) candidates.delete('polyphase');
  const cost = (layout: Layout): number =>
    full.reduce((sum, x) => sum + (layoutKey(lowering.home(x)) === layoutKey(layout) ? 0 : conversionCost(x)), 0);
  // At equal cost anything but the natural layout: that is where the convolutions are.
  const preference = (layout: Layout): number =>
    !isPermutation(layout) ? 0 : layoutKey(layout) === layoutKey(natural(layout.length)) ? 2 : 1;
  const sorted = [...candidates.values()].sort((a, b) => cost(a) - cost(b) || preference(a) - preference(b));
  return sorted[0] ?? natural(value.shape.length);
}

/** Inputs and constants are rearranged outside the step or once. */
function conversionCost(x: Value): number {
  return isNode(x) ? sizeOf(x.shape) : 0;
}

function scalar(lowering: Lowering, x: Value): string {
  return x.shape.length === 0 ? lowering.natural(x) : lowering.reshape(lowering.natural(x), []);
}

/** The operand with as many axes as the result, in the result's order. */
function aligned(lowering: Lowering, x: Value, value: Value, layout: readonly number[]): string {
  if (x.shape.length === value.shape.length) return lowering.get(x, layout);
  if (sizeOf(x.shape) === 1) return scalar(lowering, x);
  const shape = padded(x.shape, value.shape.length);
  const name = lowering.natural(x);
  if (sameMemory(shape, natural(shape.length), layout)) return lowering.reshape(name, permuted(shape, layout));
  return lowering.transpose(lowering.reshape(name, shape), layout);
}

function padded(shape: readonly number[], rank: number): number[] {
  return [...Array<number>(rank - shape.length).fill(1), ...shape];
}

/** Operands that are constant over the image, or over the channels, can be lined up with blocks by reshaping. */
function broadcastsInBlocks(x: Value, value: Value): boolean {
  if (x.shape.length > 4) return false;
  const [, h, w, c] = padded(x.shape, 4) as [number, number, number, number];
  return c === 1 || (h === 1 && w === 1 && c === value.shape[3]);
}

function blockedBroadcast(lowering: Lowering, x: Value): string {
  if (sizeOf(x.shape) === 1) return scalar(lowering, x);
  const [n, h, w, c] = padded(x.shape, 4) as [number, number, number, number];
  return lowering.reshape(lowering.natural(x), c === 1 ? [n, 1, h, w, 1] : [n, c / lowering.target.block, 1, 1, lowering.target.block]);
}

/** Operands that are constant over the image, or over the channels of every image, can be lined up with tiles. */
function broadcastsByPhase(x: Value, value: Value): boolean {
  if (x.shape.length > 4) return false;
  const [n, h, w] = padded(x.shape, 4) as [number, number, number, number];
  return (h === 1 && w === 1) || (n === value.shape[0] && h === value.shape[1] && w === value.shape[2]);
}

function phaseBroadcast(lowering: Lowering, x: Value, value: Value): string {
  if (sizeOf(x.shape) === 1) return scalar(lowering, x);
  const [n, h, w, c] = padded(x.shape, 4) as [number, number, number, number];
  if (h === 1 && w === 1) return perTile(lowering, lowering.natural(x), [n, c], tilingOf(value.shape));
  return x.shape.length === 4 ? lowering.get(x, 'polyphase') : toPolyphase(lowering, lowering.natural(x), [n, h, w, c], x.type);
}
