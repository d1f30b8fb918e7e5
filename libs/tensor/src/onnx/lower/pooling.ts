import { operand, sizeOf, type NodeValue } from '../graph/value';
import { UnsupportedOperation } from '../unsupported';
import { NCHW } from './layout';
import type { Lowering, Placed } from './lowering';
import { BLOCKED_DOMAIN, type OnnxAttribute } from './model';

interface PoolAttrs {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly pads: readonly number[];
}

function onnxAttrs({ window, strides, pads }: PoolAttrs): Record<string, OnnxAttribute> {
  return { kernel_shape: window, strides, pads };
}

/** Maximum and average pooling; padding counts in neither. */
export function lowerPooling(lowering: Lowering, value: NodeValue): Placed {
  const x = operand(value, 0);
  const attrs = onnxAttrs(value.source.attrs as unknown as PoolAttrs);
  const { op } = value.source;
  if (op === 'MaxPool' && lowering.home(x) === 'blocked') {
    return { name: lowering.emit(op, [lowering.get(x, 'blocked')], attrs, BLOCKED_DOMAIN), layout: 'blocked' };
  }
  return { name: lowering.emit(op, [lowering.get(x, NCHW)], attrs), layout: NCHW };
}

/** dy put where the maximum was: the first one of equals. Windows that overlap would have to add up, which ONNX cannot. */
export function lowerMaxPoolGradient(lowering: Lowering, value: NodeValue): Placed {
  const [dy, x] = [operand(value, 0), operand(value, 1)];
  const attrs = value.source.attrs as unknown as PoolAttrs;
  if (attrs.window.some((size, i) => size > (attrs.strides[i] as number))) {
    throw new UnsupportedOperation('operation MaxPoolGrad: overlapping windows cannot be compiled');
  }
  const [, indices] = lowering.emitAll('MaxPool', [lowering.get(x, NCHW)], 2, onnxAttrs(attrs)) as [string, string];
  // As a scatter: MaxUnpool takes the shape of its output from the window, which is wrong where the image is not a multiple of it.
  const zeros = lowering.emit('ConstantOfShape', [lowering.integers([sizeOf(x.shape)])]);
  const scattered = lowering.emit('ScatterElements', [
    zeros,
    lowering.reshape(indices, [sizeOf(dy.shape)]),
    lowering.reshape(lowering.get(dy, NCHW), [sizeOf(dy.shape)]),
  ]);
  const [n, h, w, c] = x.shape as [number, number, number, number];
  return { name: lowering.reshape(scattered, [n, c, h, w]), layout: NCHW };
}
