import { tidy, type KernelConfig, type NamedAttrMap, type Tensor } from '@tensorflow/tfjs-core';

/** A kernel for whichever backend it is registered on, written with tfjs operations that every backend has. */
export type ComposedKernel = Omit<KernelConfig, 'backendName'>;

/**
 * The kernel `kernelName` as a composition of operations. `I` and `A` are the inputs and attributes with which tfjs-core calls
 * that kernel. Operations inside a kernel are not recorded for backpropagation; intermediates are freed.
 */
export function composedKernel<I extends object, A extends object>(
  kernelName: string,
  compute: (inputs: I, attrs: A) => Tensor,
): ComposedKernel {
  return {
    kernelName,
    // What runKernel hands a kernel are the tensors themselves, declared as mere descriptions of tensors.
    kernelFunc: ({ inputs, attrs }) => tidy(() => compute(inputs as unknown as I, (attrs ?? {}) satisfies NamedAttrMap as A)),
  };
}
