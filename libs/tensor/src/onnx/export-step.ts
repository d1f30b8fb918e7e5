import type { Step } from '../compile/compile-step';
import { trace } from '../compile/trace';
import type { Tree } from '../compile/tree';
import { lower } from './lower/lower';
import { PORTABLE } from './lower/target';
import { encodeModel } from './run/encode';

/**
 * A training step as the bytes of an .onnx file that stands alone: standard operations only, state and batch in (`in/0/...`, `in/1/...`), state and losses
 * out. Throws UnsupportedOperation, naming the operation, if `step` cannot be expressed.
 */
export function exportStepOnnx<S, B>(step: Step<S, B>, state: S, batch: B): Uint8Array {
  const { inputs, outputs } = trace(step as unknown as (...args: never[]) => Tree, [state, batch]);
  return encodeModel(lower(inputs, outputs, PORTABLE));
}
