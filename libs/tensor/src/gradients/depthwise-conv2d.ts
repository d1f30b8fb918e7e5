import {
  backend_util,
  DepthwiseConv2dNative,
  depthwiseConv2d,
  mul,
  pad,
  reshape,
  reverse,
  slice,
  stack,
  sum,
  type DepthwiseConv2dNativeAttrs,
  type GradConfig,
  type Tensor4D,
  type Tensor5D,
} from '@tensorflow/tfjs-core';
import { cropNegative } from '../kernels/conv2d-geometry';
import { insertZeros, takeEvery } from '../kernels/spacing';
import { around } from './around';

type Info = backend_util.Conv2DInfo;

/**
 * y[n, p, c m + k] = sum over taps t of x[n, s p + d t - pad, c] w[t, c, k], m the channel multiplier. Replaces tfjs' own gradient, which
 * refuses dilation and calls kernels that not every backend has.
 */
export const depthwiseConv2dGradient: GradConfig = {
  kernelName: DepthwiseConv2dNative,
  inputsToSave: ['x', 'filter'],
  gradFunc: (incoming, saved, attributes) => {
    const [x, filter] = saved as [Tensor4D, Tensor4D];
    const { strides, pad: padding, dilations, dimRoundingMode } = attributes as unknown as DepthwiseConv2dNativeAttrs;
    // The dilations are optional where depthwiseConv2d is called, whatever the declaration says.
    const rates = (dilations as typeof dilations | null) ?? 1;
    const info = backend_util.computeConv2DInfo(x.shape, filter.shape, strides, rates, padding, dimRoundingMode, true);
    const dy = incoming as Tensor4D;
    return { x: () => inputGradient(dy, filter, info), filter: () => filterGradient(x, dy, info) };
  },
};

/** dx[q, c] = sum over t, k of dy[(q + pad - d t) / s, c m + k] w[t, c, k]: dy spread out by the stride, by the flipped kernel. */
function inputGradient(dy: Tensor4D, filter: Tensor4D, info: Info): Tensor4D {
  const { batchSize, inHeight, inWidth, inChannels, strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo } = info;
  const multiplier = filter.shape[3];
  const spread = insertZeros(insertZeros(dy, 1, strideHeight), 2, strideWidth);
  const [cropped, paddings] = cropNegative(spread, [
    around(info.effectiveFilterHeight, padInfo.top, inHeight, spread.shape[1]),
    around(info.effectiveFilterWidth, padInfo.left, inWidth, spread.shape[2]),
  ]);
  const flipped = reshape(reverse(filter, [0, 1]), [filter.shape[0], filter.shape[1], inChannels * multiplier, 1]) as Tensor4D;
  const each = depthwiseConv2d(pad(cropped, paddings), flipped, 1, 'valid', 'NHWC', [dilationHeight, dilationWidth]);
  return sum(reshape(each, [batchSize, inHeight, inWidth, inChannels, multiplier]) as Tensor5D, 4);
}

/** dw[t, c, k] = sum over n, p of x[n, s p + d t - pad, c] dy[n, p, c m + k]. */
function filterGradient(x: Tensor4D, dy: Tensor4D, info: Info): Tensor4D {
  const { batchSize: n, inChannels, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  const multiplier = dy.shape[3] / inChannels;
  const padded = pad(x, [[0, 0], [padInfo.top, padInfo.bottom], [padInfo.left, padInfo.right], [0, 0]]); // prettier-ignore
  const outputs = reshape(dy, [n * outHeight * outWidth, inChannels, multiplier]);
  const [rows, columns] = [(outHeight - 1) * strideHeight + 1, (outWidth - 1) * strideWidth + 1];
  const taps = Array.from({ length: filterHeight * filterWidth }, (_, tap) => {
    const [i, j] = [Math.floor(tap / filterWidth) * info.dilationHeight, (tap % filterWidth) * info.dilationWidth];
    const under = takeEvery(takeEvery(slice(padded, [0, i, j, 0], [n, rows, columns, inChannels]), 1, strideHeight), 2, strideWidth);
    return sum(mul(reshape(under, [n * outHeight * outWidth, inChannels, 1]), outputs), 0);
  });
  return reshape(stack(taps), [filterHeight, filterWidth, inChannels, multiplier]);
}
