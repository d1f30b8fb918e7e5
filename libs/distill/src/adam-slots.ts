import type { Scalar } from '@tensorflow/tfjs-core';
import { adamUpdate, type AdamConfig, type AdamState, type Params } from '@distillery/tensor';
import type { State } from './method';
import { slot } from './state';

/** Adam's moments as slots of a method's state. */
export function adamSlots(adam: AdamState, prefix = 'adam'): State {
  return { [`${prefix}.m`]: adam.m, [`${prefix}.v`]: adam.v, [`${prefix}.t`]: adam.t };
}

/** Inverse of `adamSlots`. */
export function adamFromState(state: State, prefix = 'adam'): AdamState {
  return { m: slot(state, `${prefix}.m`), v: slot(state, `${prefix}.v`), t: slot(state, `${prefix}.t`) as AdamState['t'] };
}

/** The slots of the parameters in slot `name` after their Adam update, whose moments are under `adam`. */
export function adamStep(state: State, name: string, adam: string, grads: Params, learningRate: Scalar, config?: AdamConfig): State {
  const next = adamUpdate(slot(state, name), grads, adamFromState(state, adam), learningRate, config);
  return { [name]: next.params, ...adamSlots(next.state, adam) };
}
