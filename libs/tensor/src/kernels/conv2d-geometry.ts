import { backend_util, slice, util, type Conv2DAttrs, type Tensor4D } from '@tensorflow/tfjs-core';

export type Shape4 = [number, number, number, number];
export type ConvGeometry = backend_util.Conv2DInfo;

/** Sizes, strides and paddings of the forward convolution whose output has the shape of `dy`. Throws if it has not, and for NCHW. */
export function convGeometry(
  inputShape: Shape4,
  filterShape: Shape4,
  dy: { readonly shape: number[] },
  attrs: Pick<Conv2DAttrs, 'strides' | 'pad' | 'dataFormat' | 'dimRoundingMode'>,
): ConvGeometry {
  if (attrs.dataFormat === 'NCHW') throw new Error('convolution gradient: expected data format NHWC, got NCHW');
  const info = backend_util.computeConv2DInfo(inputShape, filterShape, attrs.strides, 1, attrs.pad, attrs.dimRoundingMode);
  if (!util.arraysEqual(info.outShape, dy.shape)) {
    throw new Error(
      `convolution gradient: [${inputShape}] by [${filterShape}] gives [${info.outShape}], but the gradient's shape is [${dy.shape}]`,
    );
  }
  return info;
}

/** Rows before and after, columns before and after. */
export type Frame = [[number, number], [number, number]];

/** Splits a frame that may be negative into the crop that it asks for, applied to x `[n, h, w, c]`, and what is left to pad. */
export function cropNegative(x: Tensor4D, frame: Frame): [Tensor4D, backend_util.ExplicitPadding] {
  const [[top, bottom], [left, right]] = frame;
  const [n, h, w, c] = x.shape;
  const cut = (side: number): number => Math.max(-side, 0);
  const rest = (side: number): number => Math.max(side, 0);
  const cropped = slice(x, [0, cut(top), cut(left), 0], [n, h - cut(top) - cut(bottom), w - cut(left) - cut(right), c]);
  return [
    frame.flat().some((side) => side < 0) ? cropped : x,
    [[0, 0], [rest(top), rest(bottom)], [rest(left), rest(right)], [0, 0]], // prettier-ignore
  ];
}
