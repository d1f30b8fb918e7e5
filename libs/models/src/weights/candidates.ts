import { isAveraged, rankedGroups, tensorsBelow, type TensorGroup } from './tensor-group';
import type { StoredTensor } from './safetensors';

/** Tensors of a file under the names that they may have in a network. */
export interface Candidate {
  /** The group's key and the prefix taken off, for messages. */
  readonly key: string;
  readonly prefix: string;
  readonly tensors: Readonly<Record<string, StoredTensor>>;
}

/** Prefixes are looked for this deep: `model.net_g._orig_mod.module.`. */
const MAX_PREFIX_PARTS = 5;

/**
 * Every way to read a file's groups as one network, the likeliest first: each group as it is, and what it holds below a common prefix, such as those of
 * DataParallel (`module.`), Lightning (`model.`), torch.compile (`_orig_mod.`) or a trainer of several networks (`generator.`). What fits is found out by trying.
 */
export function* candidatesOf(groups: readonly TensorGroup[]): Generator<Candidate> {
  for (const group of rankedGroups(groups)) {
    const tensors = group.read();
    for (const prefix of prefixesOf(group.names))
      yield { key: group.key, prefix, tensors: prefix === '' ? tensors : tensorsBelow(tensors, prefix) };
  }
}

/** The empty prefix, then those that many names have, of averaged weights before the others. */
function prefixesOf(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) {
    const parts = name.split('.');
    for (let depth = 1; depth <= Math.min(MAX_PREFIX_PARTS, parts.length - 1); depth++) {
      const prefix = `${parts.slice(0, depth).join('.')}.`;
      counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
    }
  }
  const least = Math.max(2, names.length / 20);
  const usual = [...counts]
    .filter(([, count]) => count >= least)
    .sort(([a, ofA], [b, ofB]) => Number(isAveraged(b)) - Number(isAveraged(a)) || ofB - ofA);
  return ['', ...usual.slice(0, 12).map(([prefix]) => prefix)];
}
