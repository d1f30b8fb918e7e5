import { getKernel, registerKernel, unregisterKernel, type KernelConfig, type KernelFunc } from '@tensorflow/tfjs-core';

/** A kernel of this library. `create` receives the backend's own kernel of that name, for the cases left to it, or null. */
export interface OwnKernel {
  readonly kernelName: string;
  create(stock: KernelFunc | null): KernelFunc;
}

/** What each backend had registered itself under the names that this library took over. */
const stockKernels = new Map<string, KernelConfig | null>();

function stockOf(kernelName: string, backendName: string): KernelConfig | null {
  const key = `${backendName} ${kernelName}`;
  // tfjs returns undefined for a kernel it does not have, its declaration notwithstanding.
  if (!stockKernels.has(key)) stockKernels.set(key, (getKernel(kernelName, backendName) as KernelConfig | undefined) ?? null);
  return stockKernels.get(key) ?? null;
}

function replace(config: KernelConfig | null, kernelName: string, backendName: string): void {
  // Checked first because tfjs warns about both a missing kernel to remove and a present one to add.
  if (getKernel(kernelName, backendName) as KernelConfig | undefined) unregisterKernel(kernelName, backendName);
  if (config) registerKernel(config);
}

/** Registers kernels on a backend, in place of its own of the same name. Repeatable. */
export function registerKernels(backendName: string, kernels: readonly OwnKernel[]): void {
  for (const { kernelName, create } of kernels) {
    const stock = stockOf(kernelName, backendName);
    replace({ kernelName, backendName, kernelFunc: create(stock?.kernelFunc ?? null) }, kernelName, backendName);
  }
}

/** Puts the backend's own kernels back, or nothing where it had none. */
export function restoreKernels(backendName: string, kernels: readonly OwnKernel[]): void {
  for (const { kernelName } of kernels) replace(stockOf(kernelName, backendName), kernelName, backendName);
}
