import { UserError } from '@distillery/tensor';

/** Refuses a weights file: throws UserError with one line that names the file. */
export type Fail = (problem: string) => never;

export function failFor(label: string): Fail {
  return (problem) => {
    throw new UserError(`weights ${label}: ${problem}`);
  };
}

/** Names come from the file: kept to one short line in messages. */
export function quote(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}...` : name);
}

export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** Refuses a tensor that holds NaN or infinity, naming the first. */
export function checkFinite(name: string, data: Float32Array, fail: Fail): void {
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) fail(`tensor ${quote(name)}: value ${bad} is ${data[bad]}, expected finite numbers`);
}
