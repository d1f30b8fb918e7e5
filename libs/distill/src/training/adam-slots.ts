import type { Scalar } from '@tensorflow/tfjs-core';
import type { Model } from '@distillery/models';
import { adamUpdate, type AdamConfig, type AdamState, type Params } from '@distillery/tensor';
import type { State } from '../method';
import { slot } from './state';

/** Adam's moments as slots of a method's state. */
export function adamSlots(adam: AdamState, prefix = 'adam'): State {
  return { [`${prefix}.m`]: adam.m, [`${prefix}.v`]: adam.v, [`${prefix}.t`]: adam.t };
}

/** Inverse of `adamSlots`. */
function adamFromState(state: State, prefix: string): AdamState {
  return { m: slot(state, `${prefix}.m`), v: slot(state, `${prefix}.v`), t: slot(state, `${prefix}.t`) as AdamState['t'] };
}

/**
 * Adam for `network`, whose objective is of images in 0..1: epsilon = 1e-8 / pixelRange. The authors of a network that works in 0..255 take the loss in
 * that range too, where it is 255 times ours. Adam's update stays the same if objective and epsilon are divided by the same number. So
 * this is the authors' update with PyTorch's 1e-8.
 */
export function adamFor({ pixelRange }: Pick<Model, 'pixelRange'>): AdamConfig {
  return { epsilon: 1e-8 / pixelRange };
}

/** One Adam update of the parameters in slot `name`, whose moments are under the prefix `adam`. Returns the slots of both. */
export function adamStep(state: State, name: string, adam: string, grads: Params, learningRate: Scalar, config: AdamConfig): State {
  const next = adamUpdate(slot(state, name), grads, adamFromState(state, adam), learningRate, config);
  return { [name]: next.params, ...adamSlots(next.state, adam) };
}
