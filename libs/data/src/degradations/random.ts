import type { Rng } from '@distillery/tensor';

/** Uniform in [low, high). One draw. */
export function between(rng: Rng, low: number, high: number): number {
  return low + (high - low) * rng.uniform();
}

/** Uniform whole number in low..high, both included. One draw. */
export function integerBetween(rng: Rng, low: number, high: number): number {
  return low + rng.integer(high - low + 1);
}

/** True with probability p. One draw. */
export function chance(rng: Rng, p: number): boolean {
  return rng.uniform() < p;
}

/** One of `items`, all as likely. One draw. */
export function oneOf<T>(rng: Rng, items: readonly T[]): T {
  return items[rng.integer(items.length)] as T;
}

/** One of the keys with the given probabilities, which sum to 1. One draw. */
export function choose<K extends string>(rng: Rng, probabilities: Readonly<Record<K, number>>): K {
  const entries = Object.entries(probabilities) as [K, number][];
  let rest = rng.uniform();
  for (const [key, p] of entries) {
    if (rest < p) return key;
    rest -= p;
  }
  return (entries[entries.length - 1] as [K, number])[0];
}
