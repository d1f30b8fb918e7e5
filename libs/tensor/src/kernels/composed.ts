import { tidy, type NamedAttrMap, type Tensor } from '@tensorflow/tfjs-core';
import type { OwnKernel } from './register';

/**
 * The kernel `kernelName` as a composition of operations that every backend has. `I` and `A` are the inputs and attributes with which
 * tfjs-core calls that kernel. Operations inside a kernel are not recorded for backpropagation; intermediates are freed.
 */
export function composedKernel<I extends object, A extends object>(
  kernelName: string,
  compute: (inputs: I, attrs: A) => Tensor,
): OwnKernel {
  return {
    kernelName,
    // What runKernel hands a kernel are the tensors themselves, declared as mere descriptions of tensors.
    create:
      () =>
      ({ inputs, attrs }) =>
        tidy(() => compute(inputs as unknown as I, (attrs ?? {}) satisfies NamedAttrMap as A)),
  };
}
