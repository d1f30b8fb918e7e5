import { firstOf } from '@distillery/data';
import type { Model } from '../model';
import { quote } from './problem';
import type { StoredTensor } from './safetensors';

/** What a weights file must fit. */
export type WeightsShape = Pick<Model, 'name' | 'scale' | 'shapes' | 'constants' | 'fromFile'>;

/** How a file's tensors differ from a network's: a phrase per kind of difference, the first few named and the others counted. */
export interface Misfit {
  readonly problems: readonly string[];
  /** Differences; 0: the file is the network's. */
  readonly count: number;
  /** Tensors that the network takes. */
  readonly matching: number;
}

/** Compares names, shapes and fixed tensors. */
export function misfitOf(model: WeightsShape, stored: Readonly<Record<string, StoredTensor>>): Misfit {
  const missing: string[] = [];
  const misshaped: string[] = [];
  for (const [name, expected] of Object.entries(model.shapes)) {
    const found = Object.hasOwn(stored, name) ? stored[name] : undefined;
    if (!found) missing.push(name);
    else if (found.shape.join() !== expected.join())
      misshaped.push(`${name} is [${found.shape.join(', ')}], expected [${expected.join(', ')}]`);
  }
  const extra = Object.keys(stored).filter((name) => !Object.hasOwn(model.shapes, name) && !Object.hasOwn(model.constants, name));
  const constants = constantProblems(model, stored);
  return {
    problems: [
      ...(missing.length > 0 ? [`missing ${firstOf(missing)}`] : []),
      ...(extra.length > 0 ? [`unexpected ${firstOf(extra.map(plainOrQuoted))}`] : []),
      ...(misshaped.length > 0 ? [firstOf(misshaped)] : []),
      ...(constants.length > 0 ? [firstOf(constants)] : []),
    ],
    count: missing.length + extra.length + misshaped.length + constants.length,
    matching: Object.keys(model.shapes).length - missing.length - misshaped.length,
  };
}

/** A name from the file, quoted if it is not as names are. */
function plainOrQuoted(name: string): string {
  return /^[\w.:/-]{1,100}$/.test(name) ? name : quote(name);
}

/** The relative error of a number in half precision or bfloat16, rounded up; float32 files may have computed the constant in another order. */
const PRECISION: Readonly<Record<string, number>> = { F16: 2 ** -10, BF16: 2 ** -7 };

/** Whether a stored value is this one, as exactly as its element type holds it. */
export function isValue(value: number, stored: number, dtype: string): boolean {
  return Math.abs(value - stored) <= (PRECISION[dtype] ?? 1e-4) * Math.max(1, Math.abs(value));
}

/** A fixed tensor with other values means a network of another kind. */
function constantProblems(model: WeightsShape, stored: Readonly<Record<string, StoredTensor>>): string[] {
  return Object.entries(model.constants).flatMap(([name, { values: expected }]) => {
    if (!Object.hasOwn(stored, name)) return [];
    const { data, dtype } = stored[name] as StoredTensor;
    const same = data.length === expected.length && expected.every((value, i) => isValue(value, data[i] as number, dtype));
    return same ? [] : [`${name} is not [${expected.map((value) => Number(value.toFixed(4))).join(', ')}]`];
  });
}
