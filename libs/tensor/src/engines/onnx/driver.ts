import { onnxRuntimeVersion } from '../../onnx/run/runtime';
import { threadCount } from '../../onnx/run/threads';
import type { EngineDriver } from '../driver';
import { wasm } from '../wasm/driver';

/** onnxruntime for what is compiled, such as training steps; all else, evaluation included, runs operation by operation on `wasm`. */
export const onnx: EngineDriver = {
  backend: wasm.backend,
  version() {
    const threads = threadCount();
    return `${onnxRuntimeVersion()}, ${threads} thread${threads === 1 ? '' : 's'}; uncompiled operations on wasm ${wasm.version()}`;
  },
  start: (kernels) => wasm.start(kernels),
};
