import { DepthToSpace, reshape, transpose, type DepthToSpaceAttrs, type GradConfig, type Tensor4D } from '@tensorflow/tfjs-core';

/** y = depthToSpace(x, s) permutes elements; its gradient is the inverse, space-to-depth: `[n, s h, s w, c]` -> `[n, h, w, s s c]`. */
export const depthToSpaceGradient: GradConfig = {
  kernelName: DepthToSpace,
  gradFunc: (dy, _saved, attributes) => {
    const { blockSize: s, dataFormat } = attributes as unknown as DepthToSpaceAttrs;
    if (dataFormat === 'NCHW') throw new Error('gradient of depthToSpace: expected data format NHWC, got NCHW');
    const [n, height, width, c] = (dy as Tensor4D).shape;
    const [h, w] = [height / s, width / s];
    return {
      x: () => reshape(transpose(reshape(dy as Tensor4D, [n * h, s, w, s * c]), [0, 2, 1, 3]), [n, h, w, s * s * c]),
    };
  },
};
