import { Cast, clone, zeros, type CastAttrs, type GradConfig, type Tensor } from '@tensorflow/tfjs-core';

/** y = x as another type. Only real numbers have a slope: dx is zero where x or y is integer or boolean, where tfjs' own passes dy through. */
export const castGradient: GradConfig = {
  kernelName: Cast,
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attributes) => {
    const [x] = saved as [Tensor];
    const { dtype } = attributes as unknown as CastAttrs;
    return { x: () => (x.dtype === 'float32' && dtype === 'float32' ? clone(dy as Tensor) : zeros(x.shape)) };
  },
};
