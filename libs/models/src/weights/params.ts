import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { UserError, type Params } from '@distillery/tensor';
import type { Model } from '../model';
import { readSafetensors, writeSafetensors, type Safetensors, type StoredTensor } from './safetensors';

/** What a weights file must fit. */
export type WeightsShape = Pick<Model, 'name' | 'scale' | 'shapes' | 'constants'>;

/** A file's name for a tensor -> ours. Names that need no change come back as they are. */
export type Rename = (name: string) => string;

/**
 * Parameters of `model` from a safetensors file (or its bytes, called `label` in messages). Kernels are taken as OIHW, PyTorch's order,
 * unless the file's metadata `layout` says HWIO. Fixed tensors of the architecture (`model.constants`) may be there, with the right values.
 * The caller owns the tensors. Throws UserError as `readSafetensors` does, and when the file is not this network's: one line that names every
 * missing, unexpected and wrongly shaped tensor.
 */
export function loadParams(
  model: WeightsShape,
  file: string | Uint8Array,
  options: { readonly label?: string; readonly rename?: Rename } = {},
): Params {
  const { rename = (name) => name, label = typeof file === 'string' ? file : 'safetensors data' } = options;
  const stored = renamed(hwioTensors(readSafetensors(file, label)), rename, label);
  const problems = [...shapeProblems(model, stored), ...constantProblems(model, stored)];
  if (problems.length > 0) throw new UserError(`weights ${label}: not those of ${describe(model)}: ${problems.join('; ')}`);
  return Object.fromEntries(
    Object.keys(model.shapes).map((name) => {
      const { data, shape } = stored[name] as StoredTensor;
      return [name, tf.tensor(data, [...shape], 'float32')];
    }),
  );
}

/** A safetensors file of parameters as they are in memory (kernels HWIO, which the metadata says), readable by `loadParams`. */
export function saveParams(params: Params, metadata: Readonly<Record<string, string>> = {}): Buffer {
  const tensors = Object.entries(params).map(([name, tensor]) => [name, { shape: tensor.shape, data: float32Data(tensor) }] as const);
  return writeSafetensors(Object.fromEntries(tensors), { ...metadata, layout: 'HWIO kernels' });
}

/** Every tensor of a weights file with its kernels HWIO: rank-4 tensors are transposed from OIHW unless the metadata says that they are HWIO. */
export function hwioTensors({ tensors, metadata }: Safetensors): Record<string, StoredTensor> {
  if (metadata.layout?.includes('HWIO')) return { ...tensors };
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, tensor.shape.length === 4 ? oihwToHwio(tensor) : tensor]),
  );
}

function float32Data(tensor: Tensor): Float32Array {
  return tensor.dataSync<'float32'>();
}

function describe({ name, scale }: WeightsShape): string {
  return scale === 1 ? name : `${name} x${scale}`;
}

function renamed(tensors: Record<string, StoredTensor>, rename: Rename, label: string): Record<string, StoredTensor> {
  const entries = Object.entries(tensors).map(([name, tensor]) => [rename(name), tensor] as const);
  const result = Object.fromEntries(entries);
  if (Object.keys(result).length < entries.length) throw new UserError(`weights ${label}: two tensors have names that mean the same`);
  return result;
}

function shapeProblems(model: WeightsShape, stored: Record<string, StoredTensor>): string[] {
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
    ...(extra.length > 0 ? [`unexpected ${extra.join(', ')}`] : []),
    ...misshaped,
  ];
}

/** A fixed tensor with other values means a network of another kind, most often trained on another value range. */
function constantProblems(model: WeightsShape, stored: Record<string, StoredTensor>): string[] {
  return Object.entries(model.constants).flatMap(([name, expected]) => {
    if (!Object.hasOwn(stored, name)) return [];
    const { data } = stored[name] as StoredTensor;
    const same =
      data.length === expected.length &&
      expected.every((value, i) => Math.abs(value - (data[i] as number)) <= 1e-4 * Math.max(1, Math.abs(value)));
    return same ? [] : [`${name} is not [${expected.join(', ')}] (trained on another value range?)`];
  });
}

/** PyTorch's kernel `[out, in, kh, kw]` to `[kh, kw, in, out]`; a transposed convolution's `[in, out, kh, kw]` to tfjs' `[kh, kw, out, in]`. */
function oihwToHwio({ dtype, shape, data }: StoredTensor): StoredTensor {
  const [outputs, inputs, height, width] = shape as readonly [number, number, number, number];
  const transposed = new Float32Array(data.length);
  let source = 0;
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let yx = 0; yx < height * width; yx++) transposed[(yx * inputs + i) * outputs + o] = data[source++] as number;
  return { dtype, shape: [height, width, inputs, outputs], data: transposed };
}
