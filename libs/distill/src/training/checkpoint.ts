import * as tf from '@tensorflow/tfjs-core';
import { writeFileAtomic } from '@distillery/data';
import { readSafetensors, writeSafetensors } from '@distillery/models';
import { UserError } from '@distillery/tensor';
import type { State } from '../method';
import { flattenState, unflattenState } from './state';

/** A training state at a step, and whatever the run needs to continue exactly (the sampler's state), as JSON. */
export interface Checkpoint {
  readonly state: State;
  readonly step: number;
  readonly extra: unknown;
}

/** Writes `slot/name` tensors to a safetensors file, atomically; step and extra go into its metadata. */
export async function writeCheckpoint(path: string, { state, step, extra }: Checkpoint): Promise<void> {
  const tensors = Object.entries(flattenState(state)).map(
    ([name, tensor]) => [name, { shape: tensor.shape, data: tensor.dataSync<'float32'>() }] as const,
  );
  await writeFileAtomic(path, writeSafetensors(Object.fromEntries(tensors), { step: String(step), extra: JSON.stringify(extra) }));
}

/** Reads a checkpoint. Throws UserError naming the file when it is missing, cut off or not a checkpoint. */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const { tensors, metadata } = readSafetensors(path);
  const step = Number(metadata.step);
  if (!Number.isInteger(step) || metadata.extra === undefined)
    throw new UserError(`${path} is not a training checkpoint: its metadata has no step`);
  const flat = Object.entries(tensors).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape], 'float32')] as const);
  return { state: unflattenState(Object.fromEntries(flat)), step, extra: JSON.parse(metadata.extra) as unknown };
}
