import { getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import type { ComposedKernel } from './composed';

/** Registers kernels on a backend, in place of those of the same name. Repeatable. */
export function registerKernels(backendName: string, kernels: readonly ComposedKernel[]): void {
  for (const kernel of kernels) {
    // Checked first because tfjs warns about both a missing kernel to remove and a present one to add.
    if (getKernel(kernel.kernelName, backendName)) unregisterKernel(kernel.kernelName, backendName);
    registerKernel({ ...kernel, backendName });
  }
}
