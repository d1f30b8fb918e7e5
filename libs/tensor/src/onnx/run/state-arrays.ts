import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { sizeOf } from '../../compile/graph/value';
import type { Pack } from '../../compile/passes/pack-updates';
import { dataOf, type Described } from '../../compile/tensor-data';
import { emptyOrt, ortTensor } from './tensors';

/** An array of a state. */
interface StateArray {
  readonly name: string;
  readonly value: Described;
}

/** Arrays of a state by name: packs, views into them under the names of their members, and what lies by itself. */
export type StateArrays = Map<string, OrtTensor>;

/** Room for `state`, some of it packed. */
export function stateArrays(state: readonly StateArray[], packs: readonly Pack[]): StateArrays {
  const values = new Map(state.map(({ name, value }) => [name, value]));
  const arrays: StateArrays = new Map();
  for (const { name, members } of packs) {
    const shapes = members.map((member) => values.get(member)?.shape ?? []);
    const whole = new Float32Array(shapes.reduce((sum, shape) => sum + sizeOf(shape), 0));
    arrays.set(name, ortTensor('float32', whole, [whole.length]));
    let start = 0;
    members.forEach((member, i) => {
      const shape = shapes[i] as readonly number[];
      const end = start + sizeOf(shape);
      arrays.set(member, ortTensor('float32', whole.subarray(start, end), shape));
      start = end;
    });
  }
  for (const { name, value } of state) if (!arrays.has(name)) arrays.set(name, emptyOrt(value));
  return arrays;
}

/** Copies tensors into the arrays of the same names. Throws if one is missing, or of another shape or type. */
export function fillArrays(arrays: StateArrays, state: readonly StateArray[], tensors: ReadonlyMap<string, Tensor>): void {
  for (const { name, value } of state) {
    (arrays.get(name)?.data as Float32Array).set(dataOf(name, value, tensors.get(name)));
  }
}

/** Exchanges what is in both under the same name. */
export function exchange(a: StateArrays, b: StateArrays): void {
  for (const [name, array] of b) {
    b.set(name, a.get(name) as OrtTensor);
    a.set(name, array);
  }
}
