import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import {
  backend,
  Conv2DBackpropFilter,
  pad,
  slice,
  util,
  zeros,
  type Conv2DBackpropFilterAttrs,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { composedKernel } from '../../kernels/composed';
import { convGeometry } from '../../kernels/conv2d-geometry';
import { directFilterGradient } from './direct-filter-gradient';
import { winogradApplies, winogradFilterGradient } from './winograd';

/** Channels up to the next multiple of four, the width of a vector; the added ones are zero. */
function wholePanels(x: Tensor4D): Tensor4D {
  const missing = (4 - (x.shape[3] % 4)) % 4;
  return missing === 0 ? x : pad(x, [[0, 0], [0, 0], [0, 0], [0, missing]]); // prettier-ignore
}

/**
 * Gradient of a convolution with respect to its kernel: dw[k, c, o] = sum over n, p of x[n, s p + k - pad, c] dy[n, p, o].
 * x `[n, h, w, c]`, dy `[n, oh, ow, o]` -> dw `[kh, kw, c, o]`.
 */
export const conv2DBackpropFilter = composedKernel<{ x: Tensor4D; dy: Tensor4D }, Conv2DBackpropFilterAttrs>(
  Conv2DBackpropFilter,
  (inputs, attrs) => {
    const [x, dy] = [wholePanels(inputs.x), wholePanels(inputs.dy)];
    const [kh, kw] = attrs.filterShape;
    const info = convGeometry(x.shape, [kh, kw, x.shape[3], dy.shape[3]], attrs);
    const dw = zeros(info.filterShape) as Tensor4D;
    const gradient = winogradApplies(info) ? winogradFilterGradient : directFilterGradient;
    gradient(backend() as BackendWasm, x, dy, dw, info);
    return util.arraysEqual(dw.shape, attrs.filterShape) ? dw : slice(dw, [0, 0, 0, 0], attrs.filterShape);
  },
);
