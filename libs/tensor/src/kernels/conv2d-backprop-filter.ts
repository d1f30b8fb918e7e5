import { Conv2DBackpropFilter, conv2d, transpose, type Conv2DBackpropFilterAttrs, type Tensor4D } from '@tensorflow/tfjs-core';
import { composedKernel } from './composed';
import { convGeometry, cropNegative } from './conv2d-geometry';

/**
 * Gradient of a convolution with respect to its kernel: dw[k, c, o] = sum over n, p of x[n, s p + k - pad, c] dy[n, p, o].
 * x `[n, h, w, c]`, dy `[n, oh, ow, o]` -> dw `[kh, kw, c, o]`. Itself a convolution: x with channels as batch and batch as
 * channels, by dy as kernel, dilated by the stride.
 */
export const conv2DBackpropFilter = composedKernel<{ x: Tensor4D; dy: Tensor4D }, Conv2DBackpropFilterAttrs>(
  Conv2DBackpropFilter,
  ({ x, dy }, attrs) => {
    const { inHeight, inWidth, filterHeight, filterWidth, outHeight, outWidth, strideHeight, strideWidth, padInfo } = convGeometry(
      x.shape,
      attrs.filterShape,
      attrs,
    );
    const [input, padding] = cropNegative(transpose(x, [3, 1, 2, 0]), [
      frame(inHeight, outHeight, filterHeight, strideHeight, padInfo.top),
      frame(inWidth, outWidth, filterWidth, strideWidth, padInfo.left),
    ]);
    const kernel = transpose(dy, [1, 2, 0, 3]);
    const dw = conv2d(input, kernel, 1, padding, 'NHWC', [strideHeight, strideWidth]);
    return transpose(dw, [1, 2, 0, 3]);
  },
);

/** The padding after which dy, dilated by the stride, fits `filterSize` times along one axis. */
function frame(inSize: number, outSize: number, filterSize: number, stride: number, before: number): [number, number] {
  return [before, (outSize - 1) * stride + filterSize - inSize - before];
}
