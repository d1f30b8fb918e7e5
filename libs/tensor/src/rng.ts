import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { UserError } from './user-error';

/** A generator's complete state as JSON: restoring it continues the sequence exactly. */
export interface RngState {
  /** Four 32-bit words of xoroshiro128+, then the second normal of the last pair if it was not drawn yet. */
  readonly words: readonly number[];
}

/** Seeded randomness. Same seed, same sequence, on every machine and engine. */
export interface Rng {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Uniform integer in 0..n-1. Throws RangeError unless n is a positive integer. */
  integer(n: number): number;
  /** Standard normal. */
  normal(): number;
  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent generator for `label`; does not advance this one. */
  split(label: string): Rng;
  state(): RngState;
}

/** Draws ahead of seeds that differ in one bit must not resemble each other, so the words come from a hash. */
function wordsFrom(text: string): number[] {
  const digest = createHash('sha256').update(text).digest();
  return [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset));
}

function isWord(word: number): boolean {
  return Number.isInteger(word) && word >= -0x80000000 && word <= 0x7fffffff;
}

/**
 * A fresh generator: xoroshiro128+ (Blackman and Vigna 2018) whose four words are the SHA-256 of the seed.
 * Throws UserError unless `seed` is a non-negative safe integer.
 */
export function seedRng(seed: number): Rng {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new UserError(`seed ${seed}: expected a non-negative integer`);
  return restoreRng({ words: wordsFrom(`seed ${seed}`) });
}

/** Continues the sequence that `state()` was taken from. Throws UserError unless `state` is one that `state()` could have returned. */
export function restoreRng(state: RngState): Rng {
  const words = Array.isArray(state?.words) ? (state.words as readonly number[]) : [];
  const core = words.slice(0, 4);
  const restored = words[4];
  const validCore = core.length === 4 && core.every(isWord) && core.some((word) => word !== 0);
  if (!validCore || words.length > 5 || (words.length === 5 && !Number.isFinite(restored))) {
    throw new UserError('random generator state: expected { words: four 32-bit integers, not all zero, and at most one pending normal }');
  }
  const generator = xoroshiro128plusFromState(core);
  let pending: number | null = restored ?? null;

  const rng: Rng = {
    uniform: () => uniformFloat64(generator),
    integer(n) {
      if (!Number.isSafeInteger(n) || n < 1) throw new RangeError(`integer(${n}): expected a positive integer`);
      return uniformInt(generator, 0, n - 1);
    },
    normal() {
      if (pending !== null) {
        const second = pending;
        pending = null;
        return second;
      }
      // Marsaglia's polar method: needs no sine or cosine, whose last bit differs between versions of V8.
      for (;;) {
        const u = 2 * uniformFloat64(generator) - 1;
        const v = 2 * uniformFloat64(generator) - 1;
        const s = u * u + v * v;
        if (s > 0 && s < 1) {
          const scale = Math.sqrt((-2 * Math.log(s)) / s);
          pending = v * scale;
          return u * scale;
        }
      }
    },
    shuffle<T>(items: readonly T[]): T[] {
      const shuffled = [...items];
      for (let last = shuffled.length - 1; last > 0; last--) {
        const other = rng.integer(last + 1);
        [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
      }
      return shuffled;
    },
    split: (label) => restoreRng({ words: wordsFrom(`split ${JSON.stringify([rng.state().words, label])}`) }),
    state: () => ({ words: pending === null ? [...generator.getState()] : [...generator.getState(), pending] }),
  };
  return rng;
}
