import {
  AvgPool,
  avgPool,
  backend_util,
  div,
  image,
  mul,
  pad,
  tensor4d,
  type AvgPoolAttrs,
  type GradConfig,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { cropNegative } from '../kernels/conv2d-geometry';
import { insertZeros } from '../kernels/spacing';
import { around } from './around';

type Info = backend_util.Conv2DInfo;

/** Elements of the image under every window, padding not counted: `[1, outHeight, outWidth, 1]`. */
function counts({ inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, padInfo }: Info): Tensor4D {
  const along = (size: number, inSize: number, reach: number, stride: number, before: number): number[] =>
    Array.from({ length: size }, (_, i) => Math.min(i * stride - before + reach, inSize) - Math.max(i * stride - before, 0));
  const rows = along(outHeight, inHeight, filterHeight, strideHeight, padInfo.top);
  const columns = along(outWidth, inWidth, filterWidth, strideWidth, padInfo.left);
  return tensor4d(
    rows.flatMap((row) => columns.map((column) => row * column)),
    [1, outHeight, outWidth, 1],
  );
}

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
        const parts = isPadded ? mul(div(dy, counts(info)), area) : dy;
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
