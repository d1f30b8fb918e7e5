import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tensor, util, type Tensor } from '@tensorflow/tfjs-core';

/** An array of a golden: whole, or every `step`-th element and the product of all with `drawn(size, 1)`. */
export interface Expected {
  readonly shape: readonly number[];
  readonly dtype?: 'int32' | 'bool';
  readonly data: readonly (number | 'nan' | 'inf' | '-inf')[];
  readonly step?: number;
  readonly product?: number;
}

interface StoredInput {
  readonly shape: readonly number[];
  readonly dtype?: 'int32' | 'bool';
  readonly seed?: number;
  readonly offset?: number;
  readonly integers?: readonly number[];
}

/** One operation on given inputs, by PyTorch in float64: golden/case.py says what each number is. */
export interface GoldenCase {
  readonly family: string;
  readonly op: string;
  readonly note?: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly inputs: readonly StoredInput[];
  readonly value: Expected;
  /** By the index of the input. */
  readonly gradients?: Readonly<Record<string, Expected>>;
  readonly second?: Readonly<Record<string, Expected>>;
}

const UNIT = 64;
const FOLDER = join(__dirname, '..', 'golden');

/** Every golden there is: all files that golden/make.py has written. */
export const GOLDENS: readonly GoldenCase[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) => {
    const { unit, cases } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as { unit: number; cases: Omit<GoldenCase, 'family'>[] };
    if (unit !== UNIT) throw new Error(`${file}: inputs are multiples of 1 / ${unit}, expected 1 / ${UNIT}`);
    return cases.map((one) => ({ ...one, family: file.replace(/\.json$/, '') }));
  });

/** `drawn` of case.py. */
function drawn(size: number, seed: number): number[] {
  let state = (seed * 7919 + 1) % 65537;
  return Array.from({ length: size }, () => {
    state = (75 * state + 74) % 65537;
    return Math.floor(state / 256) - 128;
  });
}

/** Numbers by which results are weighted before they are summed: `weights` of case.py. Seed 1 for the result, 2 + i for input i. */
export function weights(shape: readonly number[], seed: number): Float32Array {
  return Float32Array.from(drawn(util.sizeFromShape([...shape]), seed), (k) => k / UNIT);
}

/** Integers as they are, else multiples of 1 / 64, stored or drawn. */
export function inputTensor({ shape, dtype, seed, offset = 0, integers }: StoredInput): Tensor {
  const stored = integers ?? drawn(util.sizeFromShape([...shape]), seed as number).map((k) => k + offset);
  return tensor(dtype ? [...stored] : stored.map((k) => k / UNIT), [...shape], dtype ?? 'float32');
}

/** Shapes and options: what tells cases of one operation apart. */
export function titleOf({ op, note, attrs, inputs }: GoldenCase): string {
  const options = Object.entries(attrs).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [op, inputs.map(({ shape }) => `[${shape.join()}]`).join(' '), ...options, ...(note ? [note] : [])].join(', ');
}

/**
 * Largest difference from the golden relative to its largest magnitude. Of an array that is not stored whole, the product counts as one more element, relative to
 * what rounding each element adds to it. Infinity where the shapes differ, or a number that is not finite. Without `infinities` elements whose golden is not finite
 * are left out.
 */
export function errorAgainst({ shape, data, step = 1, product }: Expected, y: Tensor, infinities = true): number {
  const values = y.dataSync();
  if (y.shape.join() !== shape.join()) return Infinity;
  const scale = Math.max(...data.map((value) => (typeof value === 'number' ? Math.abs(value) : 0)), 1e-30);
  let largest = 0;
  data.forEach((expected, i) => {
    const actual = values[i * step] as number;
    if (typeof expected === 'string' && !infinities) return;
    if (typeof expected === 'string') largest = String(actual).toLowerCase().replace('infinity', 'inf') === expected ? largest : Infinity;
    else largest = Math.max(largest, Number.isNaN(actual) ? Infinity : Math.abs(actual - expected) / scale);
  });
  if (product === undefined) return largest;
  const r = weights(shape, 1);
  const [sum, squares] = [...values].reduce<[number, number]>(([a, b], value, i) => [a + value * (r[i] as number), b + value ** 2], [0, 0]);
  const error = Math.abs(sum - product) / Math.sqrt(squares + scale ** 2);
  return Math.max(largest, Number.isNaN(error) ? Infinity : error);
}
