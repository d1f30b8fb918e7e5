import type { Tensor } from '@tensorflow/tfjs-core';
import { rewrite } from './graph/rewrite';
import { sizeOf, type Value } from './graph/value';
import type { NamedValue } from './record/record';
import { packedStep, type StepProgram } from './step-program';
import { dataOf, tensorOf, type Described } from './tensor-data';

/** An array of the state, where it lies: by itself or in a vector with others. */
export interface StoredArray {
  readonly name: string;
  readonly value: Described;
  /** The vector's name, and where the array begins in it. */
  readonly at: { readonly name: string; readonly start: number };
}

/** What is on the device, by name, with its members in order. */
export interface Stored {
  readonly name: string;
  readonly value: Described;
  readonly members: readonly StoredArray[];
}

/** How the state of a step lies on a device, and the step in terms of what lies there. */
export interface StateLayout {
  readonly arrays: readonly StoredArray[];
  readonly stored: readonly Stored[];
  /** What is stored as inputs of the program, what changes in it, and the losses. */
  readonly inputs: readonly NamedValue[];
  readonly updates: readonly NamedValue[];
  readonly losses: readonly NamedValue[];
}

/** Every array by itself; or, `packed`, arrays that are updated alike in one vector: fewer and longer operations, and fewer buffers to hand over at every step. */
export function stateLayout(program: StepProgram, packed: boolean): StateLayout {
  const { packs, packed: vectors, updates } = packed ? packedStep(program) : { packs: [], packed: [], updates: program.updates };
  const values = new Map(program.state.map(({ name, value }) => [name, value]));
  const stretches = new Map<Value, Value>();
  const places = new Map<string, StoredArray['at']>();
  for (const [i, { name, members }] of packs.entries()) {
    let start = 0;
    for (const member of members) {
      const value = values.get(member) as Value;
      const length = sizeOf(value.shape);
      places.set(member, { name, start });
      const stretch = program.builder.slice((vectors[i] as NamedValue).value, [start], [length]);
      stretches.set(value, program.builder.reshape(stretch, value.shape));
      start += length;
    }
  }
  const arrays = program.state.map(({ name, value: { type, shape } }): StoredArray => ({
    name,
    value: { type, shape },
    at: places.get(name) ?? { name, start: 0 },
  }));
  const inputs = [...program.state.filter(({ name }) => !places.has(name)), ...vectors];
  const stored = inputs.map(({ name, value: { type, shape } }) => ({
    name,
    value: { type, shape },
    members: arrays.filter(({ at }) => at.name === name),
  }));
  const outputs = [...updates, ...program.losses];
  const inPacks = rewrite(
    outputs.map(({ value }) => value),
    program.builder,
    [],
    stretches,
  );
  const [next, losses] = [outputs.slice(0, updates.length), outputs.slice(updates.length)].map((part, k) =>
    part.map(({ name }, i) => ({ name, value: inPacks[k * updates.length + i] as Value })),
  ) as [NamedValue[], NamedValue[]];
  return { arrays, stored, inputs, updates: next, losses };
}

/** The contents of a stored vector. Throws if an array is missing, or of another shape or type. */
export function storedData({ value, members }: Stored, tensors: ReadonlyMap<string, Tensor>) {
  const data = members.map((member) => dataOf(member.name, member.value, tensors.get(member.name)));
  if (data.length === 1) return data[0] as Float32Array;
  const whole = new Float32Array(sizeOf(value.shape));
  members.forEach(({ at }, i) => whole.set(data[i] as Float32Array, at.start));
  return whole;
}

/** The arrays of a state as tensors that the caller owns; `contents` is what is stored, by name. */
export function storedTensors(arrays: readonly StoredArray[], contents: ReadonlyMap<string, Float32Array>): Map<string, Tensor> {
  return new Map(
    arrays.map(({ name, value, at }) => {
      const whole = contents.get(at.name) as Float32Array;
      return [name, tensorOf(whole.slice(at.start, at.start + sizeOf(value.shape)), value)];
    }),
  );
}
