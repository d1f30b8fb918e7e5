import {
  AvgPool,
  avgPool,
  backend_util,
  div,
  image,
  mul,
  pad,
  type AvgPoolAttrs,
  type GradConfig,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { cropNegative } from '../kernels/conv2d-geometry';
import { insertZeros } from '../kernels/spacing';
import { windowCounts } from '../kernels/window-counts';
import { around } from './around';

/**
 * y = the mean of every window: every element of a window takes dy / count. Windows side by side: dy repeated. Otherwise dy spread out by the stride and
 * summed over windows of the same size, which is average pooling again. tfjs' own counts padding where the forward pass does not.
 */
export const avgPoolGradient: GradConfig = {
  kernelName: AvgPool,
  inputsToSave: ['x'],
  gradFunc: (incoming, saved, attributes) => {
    const [x] = saved as [Tensor4D];
    const { filterSize, strides, pad: padding, dimRoundingMode } = attributes as unknown as AvgPoolAttrs;
    const info = backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, padding, dimRoundingMode);
    const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
    const area = filterHeight * filterWidth;
    const dy = incoming as Tensor4D;
    const isPadded = Object.values(padInfo).some((side) => typeof side === 'number' && side > 0);
    const sideBySide = filterHeight === strideHeight && filterWidth === strideWidth && !isPadded;
    return {
      x: () => {
        if (sideBySide) {
          const [height, width] = [outHeight * filterHeight, outWidth * filterWidth];
          const repeated = image.resizeNearestNeighbor(mul<Tensor4D>(dy, 1 / area), [height, width]);
          return pad(repeated, [[0, 0], [0, inHeight - height], [0, inWidth - width], [0, 0]]); // prettier-ignore
        }
        const parts = isPadded ? mul(div(dy, windowCounts(info)), area) : dy;
        const spread = insertZeros(insertZeros(parts as Tensor4D, 1, strideHeight), 2, strideWidth);
        const [cropped, frame] = cropNegative(spread, [
          around(filterHeight, padInfo.top, inHeight, spread.shape[1]),
          around(filterWidth, padInfo.left, inWidth, spread.shape[2]),
        ]);
        return avgPool(pad(cropped, frame), [filterHeight, filterWidth], 1, 'valid');
      },
    };
  },
};
