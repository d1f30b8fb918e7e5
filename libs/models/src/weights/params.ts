import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { UserError, type Params } from '@distillery/tensor';
import type { Model } from '../model';
import { candidatesOf, type Candidate } from './candidates';
import { shardOf } from './foreign-file';
import { misfitOf, type Misfit, type WeightsShape } from './fit';
import { hwioToOihw } from './layout';
import { checkFinite, failFor, quote } from './problem';
import { readWeights } from './read-weights';
import { writeSafetensors, type StoredTensor } from './safetensors';
import { isRival, type TensorGroup } from './tensor-group';

/** Order of a kernel's axes, as a file's metadata says it: PyTorch's, or ours in memory. */
const LAYOUT = { OIHW: 'OIHW kernels', HWIO: 'HWIO kernels' } as const;

/**
 * Parameters of `model` from a safetensors or PyTorch file (or its bytes, called `label` in messages); which of the two, its content tells.
 * Kernels are taken as OIHW, PyTorch's order, unless the file's metadata `layout` says HWIO. Wrappers and prefixes of trainers are taken off (see `candidatesOf`). Fixed
 * tensors of the architecture (`model.constants`) may be there, with the right values.
 * The caller owns the tensors. Throws UserError as `readWeights` does, and when the file is not this network's: one line that names the
 * first missing, unexpected and wrongly shaped tensors and counts the others.
 */
export function loadParams(
  model: WeightsShape,
  file: string | Uint8Array,
  { label = typeof file === 'string' ? file : 'weights data' }: { readonly label?: string } = {},
): Params {
  const { tensors } = fittingCandidate(readWeights(file, label), label, (stored) => fit(model, stored, label));
  return paramsOf(model, tensors, label);
}

/** A file's tensors under a network's names, and how they differ from what it takes. */
export interface Fit extends Misfit {
  readonly tensors: Readonly<Record<string, StoredTensor>>;
  /** The network, for messages. */
  readonly of: string;
}

/** How a file's tensors fit a network, once they are brought into its form. */
export function fit(model: WeightsShape, stored: Readonly<Record<string, StoredTensor>>, label: string): Fit {
  const { fromFile = (tensors) => tensors } = model;
  try {
    const tensors = fromFile(stored, label);
    return { ...misfitOf(model, tensors), tensors, of: describe(model) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { problems: [error.message], count: Infinity, matching: 0, tensors: stored, of: describe(model) };
  }
}

/** A candidate that fits. */
export interface Chosen<F extends Fit> {
  readonly candidate: Candidate;
  readonly tensors: F['tensors'];
  readonly found: F;
}

/**
 * The first candidate of a file that fits. Throws UserError if two groups of tensors do that are equally likely, and if none does: of the candidate with
 * most tensors in their place, how the others differ.
 */
export function fittingCandidate<F extends Fit>(
  groups: readonly TensorGroup[],
  label: string,
  fitOf: (stored: Candidate['tensors']) => F,
  hint: (stored: Candidate['tensors']) => string = () => '',
): Chosen<F> {
  let nearest: { readonly found: F; readonly hint: string } | null = null;
  for (const candidate of candidatesOf(groups)) {
    const found = fitOf(candidate.tensors);
    if (found.count === 0) {
      requireOnlyChoice(groups, candidate, label, fitOf);
      return { candidate, tensors: found.tensors, found };
    }
    if (nearest === null || found.matching > nearest.found.matching) nearest = { found, hint: hint(candidate.tensors) };
  }
  const { found, hint: more } = nearest ?? failFor(label)('holds no tensors');
  const shard = shardOf(label);
  const part = shard === null ? '' : `; the file is ${shard}, expected one file with all tensors`;
  throw new UserError(`weights ${label}: not those of ${found.of}: ${found.problems.join('; ')}${more}${part}`);
}

/** Networks side by side of which each would fit (a teacher and a student of one size) are not chosen between. */
function requireOnlyChoice<F extends Fit>(
  groups: readonly TensorGroup[],
  chosen: Candidate,
  label: string,
  fitOf: (stored: Candidate['tensors']) => F,
): void {
  const named = ({ key, prefix }: Candidate): string => [key, prefix.replace(/\.$/, '')].filter((part) => part !== '').join('.');
  const apart = (other: Candidate): boolean => !other.prefix.startsWith(chosen.prefix) && !chosen.prefix.startsWith(other.prefix);
  const others = [...candidatesOf(groups)].filter(
    (other) => (other.key !== chosen.key || apart(other)) && isRival(named(chosen), named(other)),
  );
  const fitting = others.filter(({ tensors }) => fitOf(tensors).count === 0);
  if (fitting.length === 0) return;
  const keys = [chosen, ...fitting].map((candidate) =>
    quote(candidate.prefix === '' ? candidate.key : candidate.prefix.replace(/\.$/, '')),
  );
  throw new UserError(`weights ${label}: several networks that fit, expected --key with one of ${keys.join(', ')}`);
}

/** The parameters among tensors that fit. Throws UserError for values that are NaN or infinite. */
export function paramsOf(model: WeightsShape, tensors: Readonly<Record<string, StoredTensor>>, label: string): Params {
  return Object.fromEntries(
    Object.keys(model.shapes).map((name) => {
      const { data, shape } = tensors[name] as StoredTensor;
      checkFinite(name, data, failFor(label));
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
