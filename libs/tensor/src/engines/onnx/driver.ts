import { onnxCompiler } from '../../onnx/compiler';
import type { Provider } from '../../onnx/run/provider';
import { onnxRuntimeVersion } from '../../onnx/run/runtime';
import { threadCount } from '../../onnx/run/threads';
import type { EngineDriver } from '../driver';
import { wasm } from '../wasm/driver';
import { probeProvider } from './probe';

/** onnxruntime for what is compiled, such as training steps; all else runs operation by operation on `wasm`. */
function onnxOn(provider: Provider): EngineDriver {
  const probe = async (): Promise<void> => {
    if (provider !== 'cpu') await probeProvider(provider);
  };
  return {
    backend: wasm.backend,
    compiler: onnxCompiler(provider),
    version: () => `${onnxRuntimeVersion()}, ${placeOf(provider)}; uncompiled operations on wasm ${wasm.version()}`,
    probe,
    async start(kernels) {
      await probe();
      await wasm.start(kernels);
    },
  };
}

/** On the CPU sums depend on the number of threads. */
function placeOf(provider: Provider): string {
  if (provider !== 'cpu') return provider;
  const threads = threadCount();
  return `${threads} thread${threads === 1 ? '' : 's'}`;
}

export const onnx = onnxOn('cpu');
export const onnxCuda = onnxOn('cuda');
export const onnxWebgpu = onnxOn('webgpu');
