import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { UserError, type Params } from '@distillery/tensor';
import type { Model } from '../model';
import { hwioToOihw } from './layout';
import { quote } from './problem';
import { readWeights } from './read-weights';
import { writeSafetensors, type StoredTensor } from './safetensors';

/** What a weights file must fit. */
export type WeightsShape = Pick<Model, 'name' | 'scale' | 'shapes' | 'constants' | 'fromFile'>;

/** Order of a kernel's axes, as a file's metadata says it: PyTorch's, or ours in memory. */
const LAYOUT = { OIHW: 'OIHW kernels', HWIO: 'HWIO kernels' } as const;

/**
 * Parameters of `model` from a safetensors or PyTorch file (or its bytes, called `label` in messages); which of the two, its content tells.
 * Kernels are taken as OIHW, PyTorch's order, unless the file's metadata `layout` says HWIO. Fixed tensors of the architecture (`model.constants`) may be there, with the right values.
 * The caller owns the tensors. Throws UserError as `readSafetensors` and `readPth` do, and when the file is not this network's: one line that names every
 * missing, unexpected and wrongly shaped tensor.
 */
export function loadParams(
  model: WeightsShape,
  file: string | Uint8Array,
  { label = typeof file === 'string' ? file : 'weights data' }: { readonly label?: string } = {},
): Params {
  const { fromFile = (tensors) => tensors } = model;
  const stored = fromFile(readWeights(file, label), label);
  const problems = [...shapeProblems(model, stored), ...constantProblems(model, stored)];
  if (problems.length > 0) throw new UserError(`weights ${label}: not those of ${describe(model)}: ${problems.join('; ')}`);
  return Object.fromEntries(
    Object.keys(model.shapes).map((name) => {
      const { data, shape } = stored[name] as StoredTensor;
      return [name, tf.tensor(data, [...shape], 'float32')];
    }),
  );
}

/** A safetensors file of parameters as they are in memory, kernels HWIO, readable by `loadParams`. */
export function saveParams(params: Params, metadata: Readonly<Record<string, string>> = {}): Buffer {
  const tensors = Object.entries(params).map(([name, tensor]) => [name, inMemory(tensor)] as const);
  return writeSafetensors(Object.fromEntries(tensors), { ...metadata, layout: LAYOUT.HWIO });
}

/**
 * A safetensors file of a network as PyTorch has it, readable by `loadParams` too: kernels OIHW, and with the fixed tensors of the architecture, so that the
 * original code loads it strictly.
 */
export function saveStateDict(model: Pick<Model, 'constants'>, params: Params, metadata: Readonly<Record<string, string>> = {}): Buffer {
  const trained = Object.entries(params).map(([name, tensor]) => [name, hwioToOihw(inMemory(tensor))] as const);
  const fixed = Object.entries(model.constants).map(
    ([name, { shape, values }]) => [name, { shape, data: Float32Array.from(values) }] as const,
  );
  return writeSafetensors(Object.fromEntries([...trained, ...fixed]), { ...metadata, layout: LAYOUT.OIHW });
}

function inMemory(tensor: Tensor): { readonly shape: readonly number[]; readonly data: Float32Array } {
  return { shape: tensor.shape, data: float32Data(tensor) };
}

function float32Data(tensor: Tensor): Float32Array {
  return tensor.dataSync<'float32'>();
}

function describe({ name, scale }: WeightsShape): string {
  return scale === 1 ? name : `${name} x${scale}`;
}

function shapeProblems(model: WeightsShape, stored: Readonly<Record<string, StoredTensor>>): string[] {
  const missing: string[] = [];
  const misshaped: string[] = [];
  for (const [name, expected] of Object.entries(model.shapes)) {
    const found = Object.hasOwn(stored, name) ? stored[name] : undefined;
    if (!found) missing.push(name);
    else if (found.shape.join() !== expected.join())
      misshaped.push(`${name} is [${found.shape.join(', ')}], expected [${expected.join(', ')}]`);
  }
  const extra = Object.keys(stored).filter((name) => !Object.hasOwn(model.shapes, name) && !Object.hasOwn(model.constants, name));
  return [
    ...(missing.length > 0 ? [`missing ${missing.join(', ')}`] : []),
    ...(extra.length > 0 ? [`unexpected ${extra.map(plainOrQuoted).join(', ')}`] : []),
    ...misshaped,
  ];
}

/** A name from the file, quoted if it is not as names are. */
function plainOrQuoted(name: string): string {
  return /^[\w.:/-]{1,100}$/.test(name) ? name : quote(name);
}

/** A fixed tensor with other values means a network of another kind, most often trained on another value range. */
function constantProblems(model: WeightsShape, stored: Readonly<Record<string, StoredTensor>>): string[] {
  return Object.entries(model.constants).flatMap(([name, { values: expected }]) => {
    if (!Object.hasOwn(stored, name)) return [];
    const { data } = stored[name] as StoredTensor;
    const same =
      data.length === expected.length &&
      expected.every((value, i) => Math.abs(value - (data[i] as number)) <= 1e-4 * Math.max(1, Math.abs(value)));
    return same ? [] : [`${name} is not [${expected.join(', ')}] (trained on another value range?)`];
  });
}
