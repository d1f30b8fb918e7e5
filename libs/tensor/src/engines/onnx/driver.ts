import { onnxRuntimeVersion } from '../../onnx/run/runtime';
import type { EngineDriver } from '../driver';
import { wasm } from '../wasm/driver';

/**
 * onnxruntime for what is compiled (training steps, networks under evaluation); everything in between is a matter of microseconds and runs
 * eagerly on `wasm`.
 */
export const onnx: EngineDriver = {
  backend: wasm.backend,
  version: onnxRuntimeVersion,
  start: (kernels) => wasm.start(kernels),
};
