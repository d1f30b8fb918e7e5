import type { Tensor } from '@tensorflow/tfjs-core';
import { sizeOf, type Value } from '../../compile/graph/value';
import type { NamedValue } from '../../compile/record/record';
import { packedStep, type StepProgram } from '../../compile/step-program';
import type { Part } from '../lower/lower';
import { dataOf } from './tensors';

export type Described = Pick<Value, 'type' | 'shape'>;

/** An array of the state, where it lies: by itself or in a vector with others. */
export interface StoredArray {
  readonly name: string;
  readonly value: Described;
  /** The vector's name, and where the array begins in it. */
  readonly at: { readonly name: string; readonly start: number };
}

/** How the state of a step lies on the device. */
export interface StateLayout {
  readonly arrays: readonly StoredArray[];
  /** What is on the device, by name, with its members in order. */
  readonly stored: readonly { readonly name: string; readonly value: Described; readonly members: readonly StoredArray[] }[];
  /** The same as inputs of the program, what changes in it, and where in it the arrays are that the step reads. */
  readonly inputs: readonly NamedValue[];
  readonly updates: readonly NamedValue[];
  readonly parts: ReadonlyMap<Value, Part>;
}

/** Every array by itself; or, `packed`, arrays that are updated alike in one vector: fewer and longer operations, and fewer buffers to hand over at every step. */
export function stateLayout(program: StepProgram, packed: boolean): StateLayout {
  const { packs, packed: vectors, updates } = packed ? packedStep(program) : { packs: [], packed: [], updates: program.updates };
  const values = new Map(program.state.map(({ name, value }) => [name, value]));
  const parts = new Map<Value, Part>();
  const places = new Map<string, StoredArray['at']>();
  for (const [i, { name, members }] of packs.entries()) {
    let start = 0;
    for (const member of members) {
      const value = values.get(member) as Value;
      places.set(member, { name, start });
      parts.set(value, { of: (vectors[i] as NamedValue).value, start });
      start += sizeOf(value.shape);
    }
  }
  const arrays = program.state.map(({ name, value: { type, shape } }): StoredArray => ({
    name,
    value: { type, shape },
    at: places.get(name) ?? { name, start: 0 },
  }));
  const alone = program.state.filter(({ name }) => !places.has(name));
  const stored = [...alone, ...vectors].map(({ name, value: { type, shape } }) => ({
    name,
    value: { type, shape },
    members: arrays.filter(({ at }) => at.name === name),
  }));
  return { arrays, stored, inputs: [...alone, ...vectors], updates, parts };
}

/** The contents of a stored vector. Throws if an array is missing, or of another shape or type. */
export function storedData({ value, members }: StateLayout['stored'][number], tensors: ReadonlyMap<string, Tensor>) {
  const data = members.map((member) => dataOf(member.name, member.value, tensors.get(member.name)));
  if (data.length === 1) return data[0] as Float32Array;
  const whole = new Float32Array(sizeOf(value.shape));
  members.forEach(({ at }, i) => whole.set(data[i] as Float32Array, at.start));
  return whole;
}
