import type { ConvAttrs } from '../../compile/graph/conv-attrs';
import { operand, type NodeValue, type Value } from '../../compile/graph/value';
import { NCHW } from './layout';
import type { Lowering, Placed } from './lowering';
import { BLOCKED_DOMAIN, type OnnxAttribute } from './model';
import { usesWinograd, winogradConv, winogradInputGradient } from './winograd';

/** HWIO kernels as ONNX has them, OIHW. */
const OIHW = [3, 2, 0, 1];

/** conv(x, w) with an optional bias, residual and ReLU. */
export function lowerConv(lowering: Lowering, value: NodeValue): Placed {
  const [x, w, bias, residual] = value.source.operands as [Value, Value, Value?, Value?];
  const attrs = value.source.attrs as unknown as ConvAttrs;
  if (usesWinograd(lowering, x, w.shape, attrs)) return winogradConv(lowering, value);
  const names = { bias: bias && lowering.natural(bias) };
  if (!fitsBlocks(lowering, x.shape, w.shape, attrs)) {
    const conv = standardConv(lowering, attrs, lowering.get(x, NCHW), lowering.get(w, OIHW), w.shape, names.bias);
    const sum = residual ? lowering.emit('Add', [conv, lowering.get(residual, NCHW)]) : conv;
    return { name: attrs.activation ? lowering.emit(attrs.activation, [sum]) : sum, layout: NCHW };
  }
  const kernel = blockedKernel(lowering, w.shape, lowering.natural(w), false);
  const inputs = [
    blockedInput(lowering, x),
    kernel,
    ...(names.bias ? [names.bias] : []),
    ...(residual ? [lowering.get(residual, 'blocked')] : []),
  ];
  const activation: Record<string, OnnxAttribute> = attrs.activation ? { activation: attrs.activation } : {};
  return { name: lowering.emit('Conv', inputs, { ...onnxAttrs(attrs), ...activation }, BLOCKED_DOMAIN), layout: 'blocked' };
}

/**
 * d conv / d x: at stride 1 the convolution of dy with the kernel turned by 180 degrees, its channels exchanged; several times faster in
 * onnxruntime than its transposed convolution, which serves the other strides and grouped kernels.
 */
export function lowerConvInputGradient(lowering: Lowering, value: NodeValue): Placed {
  const [dy, w] = [operand(value, 0), operand(value, 1)];
  const attrs = value.source.attrs as unknown as ConvAttrs;
  if (usesWinograd(lowering, dy, w.shape, attrs)) return winogradInputGradient(lowering, value);
  const [kh, kw] = w.shape as [number, number, number, number];
  const [top, left, bottom, right] = attrs.pads as [number, number, number, number];
  const kernelShape = [kh, kw, w.shape[3] as number, w.shape[2] as number];
  if (attrs.groups !== 1 || attrs.strides.some((stride) => stride !== 1)) return transposedConv(lowering, value);
  const turned: ConvAttrs = { ...attrs, pads: [kh - 1 - top, kw - 1 - left, kh - 1 - bottom, kw - 1 - right] };
  // Padded by more than the kernel reaches: dy would have to be cropped.
  if (turned.pads.some((side) => side < 0)) return transposedConv(lowering, value);
  if (!fitsBlocks(lowering, dy.shape, kernelShape, turned)) {
    const kernel = lowering.transpose(turnedKernel(lowering, w), [2, 3, 0, 1]);
    return { name: standardConv(lowering, turned, lowering.get(dy, NCHW), kernel, kernelShape), layout: NCHW };
  }
  const kernel = blockedKernel(lowering, kernelShape, turnedKernel(lowering, w), true);
  return { name: lowering.emit('Conv', [blockedInput(lowering, dy), kernel], onnxAttrs(turned), BLOCKED_DOMAIN), layout: 'blocked' };
}

/**
 * A convolution of the standard; `shape` is the kernel's as HWIO. onnxruntime's WebGPU goes wrong with 6, 9, 15, 18 ... input channels, multiples of 3 and not of 4, where
 * outputs are a multiple of 4 (microsoft/onnxruntime#29651): there channels of zeros are added.
 */
function standardConv(
  lowering: Lowering,
  attrs: ConvAttrs,
  image: string,
  kernel: string,
  shape: readonly number[],
  bias?: string,
): string {
  const [inputs, outputs] = [shape[2] as number, shape[3] as number];
  const goesWrong = lowering.target.webgpu && attrs.groups === 1 && inputs > 3 && inputs % 3 === 0 && inputs % 4 !== 0 && outputs % 4 === 0;
  const filled = (factor: string): string => lowering.emit('Pad', [factor, lowering.integers([0, 0, 0, 0, 0, 4 - (inputs % 4), 0, 0])]);
  const factors = goesWrong ? [filled(image), filled(kernel)] : [image, kernel];
  return lowering.emit('Conv', bias === undefined ? factors : [...factors, bias], onnxAttrs(attrs));
}

function onnxAttrs({ strides, dilations, pads, groups }: ConvAttrs): Record<string, OnnxAttribute> {
  return { strides, dilations, pads, group: groups };
}

/** The kernel turned by 180 degrees: its taps in reverse order. */
function turnedKernel(lowering: Lowering, w: Value): string {
  const [kh, kw, inputs, outputs] = w.shape as [number, number, number, number];
  const name = lowering.natural(w);
  if (kh * kw === 1) return name;
  const taps = lowering.reshape(name, [kh * kw, inputs * outputs]);
  const reversed = lowering.integers(Array.from({ length: kh * kw }, (_, i) => kh * kw - 1 - i));
  return lowering.reshape(lowering.emit('Gather', [taps, reversed], { axis: 0 }), w.shape);
}

function transposedConv(lowering: Lowering, value: NodeValue): Placed {
  const [dy, w] = [operand(value, 0), operand(value, 1)];
  const { strides, dilations, pads, groups } = value.source.attrs as unknown as ConvAttrs;
  const extra = [0, 1].map((i) => {
    const covered =
      ((dy.shape[1 + i] as number) - 1) * (strides[i] as number) + ((w.shape[i] as number) - 1) * (dilations[i] as number) + 1;
    return (value.shape[1 + i] as number) - (covered - (pads[i] as number) - (pads[2 + i] as number));
  });
  const attrs = { strides, dilations, pads, group: groups, output_padding: extra };
  return { name: lowering.emit('ConvTranspose', [lowering.get(dy, NCHW), lowering.get(w, OIHW)], attrs), layout: NCHW };
}

function fitsBlocks({ target: { block } }: Lowering, x: readonly number[], w: readonly number[], { groups }: ConvAttrs): boolean {
  const [inputs, outputs] = [x[3] as number, w[3] as number];
  return block > 0 && groups === 1 && outputs % block === 0 && (inputs % block === 0 || inputs < block);
}

/** Images of fewer channels than a block go in as NCHW. */
function blockedInput(lowering: Lowering, x: Value): string {
  return lowering.get(x, (x.shape[3] as number) < lowering.target.block ? NCHW : 'blocked');
}

/**
 * A kernel as blocked convolutions want it: `[O/b, I/b, h, w, b in, b out]`, or `[O/b, I, h, w, b out]` for fewer inputs than a block. `name` holds
 * HWIO, or HWOI if `exchanged`; `shape` is HWIO either way.
 */
function blockedKernel(lowering: Lowering, shape: readonly number[], name: string, exchanged: boolean): string {
  const { block } = lowering.target;
  const [kh, kw, inputs, outputs] = shape as [number, number, number, number];
  const inSplit = inputs < block ? [1, inputs] : [inputs / block, block];
  const outSplit = [outputs / block, block];
  const split = lowering.reshape(name, exchanged ? [kh, kw, ...outSplit, ...inSplit] : [kh, kw, ...inSplit, ...outSplit]);
  const [i, o] = exchanged ? [4, 2] : [2, 4];
  const order = inputs < block ? [o, i, i + 1, 0, 1, o + 1] : [o, i, 0, 1, i + 1, o + 1];
  return lowering.reshape(lowering.transpose(split, order), [outputs, inputs, kh, kw]);
}
