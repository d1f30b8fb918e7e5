import { onnxCompiler } from '../../onnx/compiler';
import type { Provider } from '../../onnx/run/provider';
import { onnxRuntimeVersion } from '../../onnx/run/runtime';
import { cudaCard } from '../cuda';
import type { EngineDriver } from '../driver';
import { wasm } from '../wasm/driver';
import { loadCudaLibraries } from './cuda-runtime';
import { probeProvider } from './probe';

/** onnxruntime for what is compiled, such as training steps; all else runs operation by operation on `wasm`. */
function onnxOn(provider: Provider): EngineDriver {
  const probe = async (): Promise<void> => {
    if (provider !== 'cpu') await probeProvider(provider);
  };
  return {
    backend: wasm.backend,
    compiler: onnxCompiler(provider),
    version: () => `${onnxRuntimeVersion()}; uncompiled operations on wasm ${wasm.version()}`,
    ...(provider !== 'cpu' && { device: () => (provider === 'cuda' ? cudaCard('onnx:cuda') : provider) }),
    probe,
    async start(kernels) {
      await probe();
      if (provider === 'cuda') loadCudaLibraries();
      await wasm.start(kernels);
    },
  };
}

export const onnx = onnxOn('cpu');
export const onnxCuda = onnxOn('cuda');
export const onnxWebgpu = onnxOn('webgpu');
