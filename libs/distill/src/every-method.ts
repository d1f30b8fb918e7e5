import type { MethodEntry } from './define-method';
import * as exported from './methods';

type Exported = (typeof exported)[keyof typeof exported];
type Entry = Extract<Exported, { readonly kind: 'method' }>;

export type MethodId = Entry['id'];

/** Every method that `methods` exports, by its id. */
export const METHODS = Object.fromEntries(
  Object.values<unknown>(exported)
    .filter((value): value is MethodEntry => typeof value === 'function' && 'kind' in value && value.kind === 'method')
    .map((entry) => [entry.id, entry]),
) as { readonly [Id in MethodId]: Extract<Entry, { readonly id: Id }> };
