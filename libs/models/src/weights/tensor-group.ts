import { failFor, quote } from './problem';
import type { StoredTensor } from './safetensors';

/** A dict of tensors in a weights file, whose numbers are decoded when asked for. */
export interface TensorGroup {
  /** The keys that lead to it, joined by dots: `params_ema`; empty if the file is one dict. */
  readonly key: string;
  readonly names: readonly string[];
  /** Kernels as the file has them; values not yet checked for NaN. */
  read(): Record<string, StoredTensor>;
}

/** Keys of what is trained beside the network that one wants. */
const ASIDE = /optim|sched|(^|[._])(d|net_?d|disc|discriminator|critic)([._]|$)|discriminator|loss|rng|scaler|hparam|callback/i;

/** Averages of the weights over the steps, which authors report. */
const AVERAGED = /ema|averaged|(^|\.)shadow/i;

/** The groups that may hold the network, the likeliest first: averaged weights before the last ones, optimizers and discriminators left out unless there is nothing else. */
export function rankedGroups(groups: readonly TensorGroup[]): TensorGroup[] {
  const wanted = groups.filter(({ key }) => !ASIDE.test(key));
  const rank = ({ key }: TensorGroup): number => (AVERAGED.test(key) ? 0 : 1);
  return [...(wanted.length > 0 ? wanted : groups)].sort((a, b) => rank(a) - rank(b));
}

/** Whether nothing in the keys says which of two groups is meant. */
export function isRival(a: string, b: string): boolean {
  return !ASIDE.test(b) && AVERAGED.test(a) === AVERAGED.test(b);
}

/** The group that is meant if nothing more is known: the first of `rankedGroups`. Throws UserError if there is none. */
export function preferredGroup(groups: readonly TensorGroup[], label: string): TensorGroup {
  return rankedGroups(groups)[0] ?? failFor(label)('holds no tensors');
}

/** The group of this key, or what a group holds below this prefix. Throws UserError that names the keys there are. */
export function groupOfKey(groups: readonly TensorGroup[], key: string, label: string): TensorGroup {
  const found = groups.find((group) => group.key === key);
  if (found) return found;
  const prefix = `${key}.`;
  const holding = groups.find(({ names }) => names.some((name) => name.startsWith(prefix)));
  if (holding) return { key, names: below(holding.names, prefix), read: () => tensorsBelow(holding.read(), prefix) };
  const keys = groups.map((group) => (group.key === '' ? 'none' : quote(group.key)));
  return failFor(label)(`no tensors under the key ${quote(key)}, expected ${keys.join(', ')}`);
}

function below(names: readonly string[], prefix: string): string[] {
  return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}

/** The tensors whose names begin with `prefix`, without it. */
export function tensorsBelow(tensors: Readonly<Record<string, StoredTensor>>, prefix: string): Record<string, StoredTensor> {
  const inside = Object.entries(tensors).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(inside.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

/** Whether a key or a prefix says that the weights are averaged. */
export function isAveraged(key: string): boolean {
  return AVERAGED.test(key);
}
