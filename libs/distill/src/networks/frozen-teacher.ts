import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Model } from '@distillery/models';
import type { Params } from '@distillery/tensor';
import { forward, type Forward } from './forward';

/** A pretrained network that a student learns from and that never changes: a constant of the step. */
export interface FrozenTeacher {
  readonly model: Model;
  /** Absent where a method is made only to deploy its student. */
  readonly params: Params | undefined;
}

/** The teacher's output for x and its features at the named taps. Throws Error if it has no parameters, and as `forward` does. */
export function teacherPass({ model, params }: FrozenTeacher, x: Tensor4D, taps: readonly string[] = []): Forward {
  if (!params) throw new Error(`the teacher ${model.name} has no parameters: the method was made to deploy, not to train`);
  return forward(model, params, x, taps);
}
