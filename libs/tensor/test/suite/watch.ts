import { getGradient, getKernelsForBackend, type GradConfig, type KernelFunc } from '@tensorflow/tfjs-core';
import { recordingBackend, RECORDING_BACKEND } from '../../src/compile/record/backend';

/** Names of the kernels of a backend. */
export function kernelsOffered(backend: string): string[] {
  return getKernelsForBackend(backend).map(({ kernelName }) => kernelName);
}

function gradients(): GradConfig[] {
  const kernels = new Set(['cpu', 'wasm', RECORDING_BACKEND].flatMap(kernelsOffered));
  return [...kernels].flatMap((name) => (getGradient(name) as GradConfig | undefined) ?? []);
}

const title = (gradient: string): string => `gradient of ${gradient}`;

/** \`gradient of NAME\` of every kernel that has one. */
export function gradientsOffered(): string[] {
  return gradients().map(({ kernelName }) => title(kernelName));
}

/** Notes in \`reached\` which kernels and gradients are called from now on, on every backend. Returns what ends it. */
export function watch(reached: Set<string>): () => void {
  recordingBackend();
  const undo: (() => void)[] = [];
  const backends = ['wasm', 'tensorflow', RECORDING_BACKEND];
  for (const kernel of backends.flatMap(getKernelsForBackend) as { kernelName: string; kernelFunc: KernelFunc }[]) {
    const { kernelName, kernelFunc } = kernel;
    kernel.kernelFunc = (parameters) => {
      reached.add(kernelName);
      return kernelFunc(parameters);
    };
    undo.push(() => (kernel.kernelFunc = kernelFunc));
  }
  for (const gradient of gradients() as { kernelName: string; gradFunc: GradConfig['gradFunc'] }[]) {
    const { kernelName, gradFunc } = gradient;
    gradient.gradFunc = (...args) => {
      reached.add(title(kernelName));
      return gradFunc(...args);
    };
    undo.push(() => (gradient.gradFunc = gradFunc));
  }
  return () => undo.forEach((each) => each());
}
