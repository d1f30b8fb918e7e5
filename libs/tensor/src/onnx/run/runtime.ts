import { createRequire } from 'node:module';
import type * as Runtime from 'onnxruntime-node';
import { runtimeModule } from '../../engines/onnx/cuda-runtime';
import { UserError } from '../../user-error';

let loaded: typeof Runtime | undefined;

/** onnxruntime-node, loaded on first use: its native library is large. Throws UserError where it is missing or has no build for this machine. */
export function onnxRuntime(): typeof Runtime {
  try {
    return (loaded ??= createRequire(__filename)(runtimeModule()) as typeof Runtime);
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new UserError(`engine 'onnx': onnxruntime-node cannot be loaded here (${reason}); npm install onnxruntime-node`);
  }
}

export function onnxRuntimeVersion(): string {
  return onnxRuntime().env.versions.node ?? onnxRuntime().env.versions.common;
}
