import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { fileError, writeFileAtomic } from '@distillery/data';
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

/** Version of a checkpoint's form, `version` in its metadata. */
const VERSION = 2;
/** The digest is the first entry of the metadata, which come first in the header, so that it has one place in every checkpoint. */
const BEFORE_DIGEST = '{"__metadata__":{"digest":"';
const DIGEST_AT = 8 + BEFORE_DIGEST.length;
const NO_DIGEST = '0'.repeat(64);

/**
 * Writes `slot/name` tensors to a safetensors file, atomically; step and extra go into its metadata, and so does the sha256 of the file (with zeros in the
 * digest's place). `before` is called when the new file is complete and the old one still stands, and may throw to leave it. Returns the sha256 of the file as
 * it is.
 */
export async function writeCheckpoint(path: string, { state, step, extra }: Checkpoint, before?: () => Promise<void>): Promise<string> {
  const tensors = Object.entries(flattenState(state)).map(
    ([name, tensor]) => [name, { shape: tensor.shape, data: tensor.dataSync<'float32'>() }] as const,
  );
  const metadata = { digest: NO_DIGEST, version: String(VERSION), step: String(step), extra: JSON.stringify(extra) };
  const bytes = writeSafetensors(Object.fromEntries(tensors), metadata);
  bytes.write(sha256(bytes), DIGEST_AT, 'latin1');
  await writeFileAtomic(path, bytes, before);
  return sha256(bytes);
}

/** Reads a checkpoint. Throws UserError naming the file when it is missing, damaged, not a checkpoint or one of another version. */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const { tensors, step, extra } = await readIntact(path);
  const flat = Object.entries(tensors).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape], 'float32')] as const);
  return { state: unflattenState(Object.fromEntries(flat)), step, extra };
}

/** What a checkpoint says besides its state, of which no tensor is made. Throws UserError as `readCheckpoint` does. */
export async function readCheckpointNote(path: string): Promise<Pick<Checkpoint, 'step' | 'extra'>> {
  const { step, extra } = await readIntact(path);
  return { step, extra };
}

async function readIntact(path: string) {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError('read checkpoint', path, error);
  });
  const version = versionOf(bytes);
  if (version !== null && version > VERSION) throw new UserError(`${path} was written by a newer distillery: use that one`);
  const intact = hasDigest(bytes);
  if (intact === false) throw new UserError(`${path} is damaged, it does not match its digest`);
  const { tensors, metadata } = readSafetensors(bytes, path);
  const step = Number(metadata.step);
  if (!Number.isInteger(step) || metadata.extra === undefined)
    throw new UserError(`${path} is not a training checkpoint: its metadata has no step`);
  if (intact === null) throw new UserError(`${path} was written by an older distillery, without a digest`);
  return { tensors, step, extra: JSON.parse(metadata.extra) as unknown };
}

/** Whether a file is what its digest says; null if it has none. */
function hasDigest(bytes: Buffer): boolean | null {
  if (bytes.toString('latin1', 8, DIGEST_AT) !== BEFORE_DIGEST) return null;
  const digest = bytes.toString('latin1', DIGEST_AT, DIGEST_AT + NO_DIGEST.length);
  const [before, after] = [bytes.subarray(0, DIGEST_AT), bytes.subarray(DIGEST_AT + NO_DIGEST.length)];
  return digest === sha256(before, Buffer.from(NO_DIGEST), after);
}

/** The version that a file claims; null if it has no header that can be read. */
function versionOf(bytes: Buffer): number | null {
  try {
    const length = Number(bytes.readBigUInt64LE());
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as { __metadata__?: { version?: unknown } };
    const version = Number(header.__metadata__?.version);
    return Number.isInteger(version) ? version : null;
  } catch {
    return null;
  }
}

function sha256(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
