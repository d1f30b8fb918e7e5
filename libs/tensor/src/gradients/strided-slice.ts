import {
  pad,
  reshape,
  reverse,
  slice_util,
  StridedSlice,
  type GradConfig,
  type StridedSliceAttrs,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { insertZeros } from '../kernels/spacing';

/** y = x[begin:end:stride, ...]. The gradient puts dy's elements back where they came from, zeros elsewhere. tfjs has none. */
export const stridedSliceGradient: GradConfig = {
  kernelName: StridedSlice,
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attributes) => {
    const [x] = saved as [Tensor];
    const attrs = attributes as unknown as StridedSliceAttrs;
    const { begin, end, strides } = slice_util.sliceInfo(
      x.shape,
      attrs.begin,
      attrs.end,
      attrs.strides,
      attrs.beginMask,
      attrs.endMask,
      attrs.ellipsisMask,
      attrs.newAxisMask,
      attrs.shrinkAxisMask,
    );
    return {
      x: () => {
        let gradient = reshape(dy as Tensor, slice_util.computeOutShape(begin, end, strides));
        const paddings = x.shape.map((size, axis): [number, number] => {
          const stride = strides[axis] as number;
          gradient = insertZeros(stride < 0 ? reverse(gradient, axis) : gradient, axis, Math.abs(stride));
          const length = gradient.shape[axis] as number;
          const first = stride < 0 ? (begin[axis] as number) - length + 1 : (begin[axis] as number);
          return [first, size - length - first];
        });
        return pad(gradient, paddings);
      },
    };
  },
};
