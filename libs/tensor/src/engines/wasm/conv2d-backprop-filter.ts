import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend, Conv2DBackpropFilter, slice, util, zeros, type Conv2DBackpropFilterAttrs, type Tensor4D } from '@tensorflow/tfjs-core';
import { composedKernel } from '../../kernels/composed';
import { convGeometry } from '../../kernels/conv2d-geometry';
import { directFilterGradient } from './direct-filter-gradient';
import { padToPanels } from './panels';
import { winogradApplies, winogradFilterGradient } from './winograd';

/**
 * Gradient of a convolution with respect to its kernel: dw[k, c, o] = sum over n, p of x[n, s p + k - pad, c] dy[n, p, o].
 * x `[n, h, w, c]`, dy `[n, oh, ow, o]` -> dw `[kh, kw, c, o]`.
 */
export const conv2DBackpropFilter = composedKernel<{ x: Tensor4D; dy: Tensor4D }, Conv2DBackpropFilterAttrs>(
  Conv2DBackpropFilter,
  (inputs, attrs) => {
    const [x, dy] = [padToPanels(inputs.x, [3]), padToPanels(inputs.dy, [3])];
    const [kh, kw] = attrs.filterShape;
    const info = convGeometry(x.shape, [kh, kw, x.shape[3], dy.shape[3]], dy, attrs);
    const dw = zeros(info.filterShape) as Tensor4D;
    const gradient = winogradApplies(info) ? winogradFilterGradient : directFilterGradient;
    gradient(backend() as BackendWasm, x, dy, dw, info);
    return util.arraysEqual(dw.shape, attrs.filterShape) ? dw : slice(dw, [0, 0, 0, 0], attrs.filterShape);
  },
);
