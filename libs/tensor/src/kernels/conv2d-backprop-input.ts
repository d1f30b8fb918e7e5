import {
  Conv2DBackpropInput,
  conv2d,
  depthToSpace,
  pad,
  reshape,
  reverse,
  slice,
  transpose,
  util,
  type Conv2DBackpropInputAttrs,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { composedKernel } from './composed';
import { convGeometry, cropNegative, type Frame } from './conv2d-geometry';

/**
 * Gradient of a convolution with respect to its input, which is also the transposed convolution's forward pass:
 * dx[s p + k - pad] = sum over p, k, o of dy[p, o] w[k, :, o]. dy `[n, oh, ow, o]`, w `[kh, kw, c, o]` -> dx `[n, h, w, c]`.
 *
 * For stride s the output splits into s x s phases, each a stride-1 convolution of dy with every s-th tap of w. All phases are
 * computed as the channels of one convolution and interleaved by depth-to-space (Shi et al. 2016, arXiv:1609.07009); stride 1 is
 * the case of one phase: dy convolved with the flipped, in/out-transposed kernel.
 */
export const conv2DBackpropInput = composedKernel<{ dy: Tensor4D; filter: Tensor4D }, Conv2DBackpropInputAttrs>(
  Conv2DBackpropInput,
  ({ dy, filter }, attrs) => {
    const {
      inHeight,
      inWidth,
      inChannels,
      filterHeight,
      filterWidth,
      outChannels,
      outHeight,
      outWidth,
      strideHeight,
      strideWidth,
      padInfo,
    } = convGeometry(attrs.inputShape, filter.shape, dy, attrs);
    const rows = phases(inHeight, outHeight, filterHeight, strideHeight, padInfo.top);
    const columns = phases(inWidth, outWidth, filterWidth, strideWidth, padInfo.left);

    const whole = pad(filter, [rows.filterPad, columns.filterPad, [0, 0], [0, 0]]);
    const split = reshape(whole, [rows.taps, strideHeight, columns.taps, strideWidth * inChannels * outChannels]);
    const flipped = reverse(split, [0, 2]);
    const phased = transpose(
      reshape(transpose(flipped, [0, 2, 1, 3]), [-1, strideHeight * strideWidth * inChannels, outChannels]),
      [0, 2, 1],
    );
    const kernel = reshape(phased, [rows.taps, columns.taps, outChannels, strideHeight * strideWidth * inChannels]) as Tensor4D;

    const [cropped, padding] = cropNegative(dy, [rows.frame, columns.frame] satisfies Frame);
    const dx = interleave(conv2d(cropped, kernel, 1, padding), strideHeight, strideWidth);
    // Whole blocks of phases reach past the input where its size is no multiple of the stride.
    return util.arraysEqual(dx.shape, attrs.inputShape) ? dx : slice(dx, [0, 0, 0, 0], attrs.inputShape);
  },
);

/**
 * Along one axis: output position q stride + r (phase r) takes tap k = r + before - stride m from dy[q + m]. The m that occur
 * for some phase run from `first` to `last`; padding the kernel to (last - first + 1) stride taps makes phases a reshape.
 */
function phases(
  inSize: number,
  outSize: number,
  filterSize: number,
  stride: number,
  before: number,
): { taps: number; filterPad: [number, number]; frame: [number, number] } {
  const first = Math.ceil((before - filterSize + 1) / stride);
  const last = Math.floor((stride - 1 + before) / stride);
  const taps = last - first + 1;
  const front = stride * last - before;
  const positions = Math.ceil(inSize / stride);
  return {
    taps,
    filterPad: [front, taps * stride - filterSize - front],
    frame: [-first, positions - outSize + taps - 1 + first],
  };
}

/** Depth-to-space for blocks that need not be square: `[n, h, w, sh sw c]` -> `[n, sh h, sw w, c]`. */
function interleave(x: Tensor4D, strideHeight: number, strideWidth: number): Tensor4D {
  const [n, h, w, channels] = x.shape;
  if (strideHeight === 1 && strideWidth === 1) return x;
  if (strideHeight === strideWidth) return depthToSpace(x, strideHeight);
  const c = channels / (strideHeight * strideWidth);
  const blocks = transpose(reshape(x, [n * h, w, strideHeight, strideWidth * c]), [0, 2, 1, 3]);
  return reshape(blocks, [n, h * strideHeight, w * strideWidth, c]);
}
