import type { AdamState } from '@distillery/tensor';
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
