import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import type { Model } from '@distillery/models';
import type { Params, Rng } from '@distillery/tensor';

/**
 * Everything a method carries from step to step, in named slots of tensors: network parameters, optimiser moments, the
 * method's own state (`teacher`, `adam.m`, ...). A checkpoint is exactly this, written as `slot/name` to safetensors.
 */
export type State = Readonly<Record<string, Params>>;

/** One training batch. Static shapes: every batch of a run has the same ones. */
export interface Batch {
  /** Low-resolution patches `[n, h, w, c]`, 0..1. */
  readonly lr: Tensor4D;
  /** High-resolution patches `[n, scale h, scale w, c]`, 0..1. */
  readonly hr: Tensor4D;
  /** The same HR patches through the recipe's blind degradation, shape as `lr`; where the recipe asks for it. */
  readonly blind?: Tensor4D;
  /** LR patches of the target domain, unrelated to the others, shape as `lr`; where the recipe names a target set. */
  readonly real?: Tensor4D;
  /** The schedule's learning rate for this step. */
  readonly learningRate: Scalar;
}

/** A network to evaluate or to ship. */
export interface Deployed {
  readonly model: Model;
  readonly params: Params;
  /** `hr`: the network looks at the HR image itself, as a privileged teacher does. It can be scored, but enlarges nothing. Absent: LR. */
  readonly sees?: 'hr';
}

/** A paper's method: mathematics only. The loop owns shuffling, the schedule, evaluation, checkpoints and progress. */
export interface Method {
  readonly name: string;
  /** All networks' parameters, optimiser moments and the method's own state. */
  init(rng: Rng): State;
  /** One pure update. Returns new tensors for all that changed; `losses` are scalars for the log. */
  step(state: State, batch: Batch): { state: State; losses: Record<string, Scalar> };
  /**
   * The networks to evaluate by role: `student` is the one that ships, `teacher`, `peer`... Parameters may be the state's own
   * tensors or tensors made here (a slice): call inside a tidy, or dispose those that are not the state's.
   */
  deploy(state: State): Readonly<Record<string, Deployed>>;
  /**
   * Euclidean norm of the gradient that each term of the loss, before its weight, sends into the network that is trained; terms of weight 0 are left out. For a
   * look before a training: it takes a forward and a backward pass for each term. Absent: the method cannot say. The caller owns the scalars.
   */
  termGradients?(state: State, batch: Batch): Readonly<Record<string, Scalar>>;
}
