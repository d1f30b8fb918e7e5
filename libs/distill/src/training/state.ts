import { add, mul, sub, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { mapParams, UserError, type Params } from '@distillery/tensor';
import type { State } from '../method';

/** The state's tensors under `slot/name`, in a fixed order (slots, then names, as inserted). */
export function flattenState(state: State): Record<string, Tensor> {
  const flat: Record<string, Tensor> = {};
  for (const [slot, params] of Object.entries(state)) for (const [name, tensor] of Object.entries(params)) flat[`${slot}/${name}`] = tensor;
  return flat;
}

/** Inverse of `flattenState`. Slot names contain no `/`. */
export function unflattenState(flat: Readonly<Record<string, Tensor>>): State {
  const state: Record<string, Record<string, Tensor>> = {};
  for (const [key, tensor] of Object.entries(flat)) {
    const cut = key.indexOf('/');
    (state[key.slice(0, cut)] ??= {})[key.slice(cut + 1)] = tensor;
  }
  return state;
}

/** Disposes the tensors of `old` that `next` no longer holds. */
export function disposeReplaced(old: State, next: State): void {
  const kept = new Set(Object.values(flattenState(next)));
  for (const tensor of Object.values(flattenState(old))) if (!kept.has(tensor)) tensor.dispose();
}

/** Disposes every tensor of the state. */
export function disposeState(state: State): void {
  for (const tensor of Object.values(flattenState(state))) tensor.dispose();
}

/**
 * Throws UserError for a state with a tensor that is disposed: training consumes the state that it starts from, so that a second training needs one of its own.
 */
export function requireUsable(state: State): void {
  const gone = Object.entries(flattenState(state)).find(([, tensor]) => tensor.isDisposed);
  if (gone)
    throw new UserError(
      `the state was consumed by an earlier training ('${gone[0]}' is disposed); expected a new one, by method.init or initialState, made where it is trained`,
    );
}

/**
 * The slots of `next` if `condition` is 1, the same slots of `current` if it is 0. A step that depends on a condition so stays one fixed graph. The result is
 * exact, because the condition has no other values: x * 1 + y * 0.
 */
export function selectState(condition: Scalar, next: State, current: State): State {
  const otherwise = sub(1, condition);
  return Object.fromEntries(
    Object.entries(next).map(([name, params]) => {
      const old = slot(current, name);
      return [name, mapParams(params, (value, key) => add(mul(value, condition), mul(old[key] as Tensor, otherwise)))];
    }),
  );
}

/** The slot's parameters. Throws if the state has no such slot: a programming error, not the user's. */
export function slot(state: State, name: string): Params {
  const params = state[name];
  if (!params) throw new Error(`state has no slot '${name}', only ${Object.keys(state).join(', ')}`);
  return params;
}
