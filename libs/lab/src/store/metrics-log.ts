import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileError } from '@distillery/data';
import { UserError } from '@distillery/tensor';
import type { z } from 'zod';
import { hasCode } from './fs-errors';
import { parseJson } from '../json/parse-json';
import { sha256Of } from '../json/stored-json';
import { metricsLineSchema, validationLineSchema } from './schemas';
import type { MetricsLine, ValidationLine } from './run-files';

/** What stands in a log of a run: one line of JSON per step that is due, in order and without a gap. */
export interface LogFormat<L extends { readonly step: number }> {
  readonly schema: z.ZodType<L>;
  /** How many lines are due up to a step. */
  lines(step: number): number;
}

/** `metrics.jsonl`: the losses of every step. */
export const METRICS: LogFormat<MetricsLine> = { schema: metricsLineSchema, lines: (step) => step };

/** `validation.jsonl`: scores every so many of a run's steps and after the last one. */
export function validationFormat(every: number, steps: number): LogFormat<ValidationLine> {
  const lines = (step: number): number => Math.floor(step / every) + (step === steps && steps % every > 0 ? 1 : 0);
  return { schema: validationLineSchema, lines };
}

/** A log being written. */
export interface MetricsLog<L> {
  append(line: L): void;
  /** sha256 of all lines so far, which a checkpoint holds. */
  digest(): string;
  /** Returns when all lines are on the disk: called before a checkpoint, so that the log is never behind it. */
  sync(): void;
  close(): void;
}

/** Up to which step a log is to be continued, and the digest of its lines up to there. */
export interface LogPosition {
  readonly step: number;
  readonly digest: string;
}

/**
 * Opens the log of a run that continues after a checkpoint, or of one that begins (null). Lines after the checkpoint are cut off, a half-written last one
 * too, so that the final bytes are those of an uninterrupted run. What is kept goes into a new file in the old one's place: a process that lost the run's lock
 * while it was stopped, and wakes up with the old file open, cannot write into this one. Throws UserError if a line up to the checkpoint is missing or was changed, or on a full disk.
 */
export function openMetricsLog<L extends { readonly step: number }>(
  path: string,
  format: LogFormat<L>,
  from: LogPosition | null,
  remedy: string,
): MetricsLog<L> {
  const kept = from ? linesUpTo(path, format, from, remedy) : Buffer.alloc(0);
  const hash = createHash('sha256').update(kept);
  const file = guarded(path, () => replaced(path, kept));
  return {
    append(line) {
      const text = `${JSON.stringify(line)}\n`;
      guarded(path, () => void writeSync(file, text));
      hash.update(text);
    },
    digest: () => hash.copy().digest('hex'),
    sync: () => guarded(path, () => fsyncSync(file)),
    close: () => closeSync(file),
  };
}

/** The complete lines of a log. Throws UserError if one is not as expected; a missing file has none. */
export function readMetrics<L extends { readonly step: number }>(path: string, { schema, lines }: LogFormat<L>, remedy: string): L[] {
  return completeLines(path).map((text, i) => {
    const line = parseJson(text, schema, `${path} line ${i + 1}`, remedy);
    if (lines(line.step) !== i + 1 || lines(line.step - 1) !== i)
      throw new UserError(`${path} line ${i + 1} is of step ${line.step}, which is not the next one that is due: ${remedy}`);
    return line;
  });
}

/** Throws UserError if a log lacks a line up to a checkpoint, or has another than the checkpoint says. */
export function checkLog(path: string, format: LogFormat<{ readonly step: number }>, position: LogPosition, remedy: string): void {
  linesUpTo(path, format, position, remedy);
}

function linesUpTo<L extends { readonly step: number }>(
  path: string,
  format: LogFormat<L>,
  { step, digest }: LogPosition,
  remedy: string,
): Buffer {
  const due = format.lines(step);
  const lines = completeLines(path);
  if (lines.length < due) throw new UserError(`${path} is incomplete: it ends before step ${step}, of which the checkpoint is: ${remedy}`);
  const kept = Buffer.from(
    lines
      .slice(0, due)
      .map((line) => `${line}\n`)
      .join(''),
  );
  if (sha256Of(kept) !== digest) throw new UserError(`${path} is damaged, it does not match its checkpoint: ${remedy}`);
  return kept;
}

function completeLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(0, -1);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw fileError('read', path, error);
  }
}

/** Puts a new file with these bytes in the place of the old one, open to append. The name is one that the next session clears away if this one is killed. */
function replaced(path: string, kept: Uint8Array): number {
  // A device is not replaced by a file.
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) return openSync(path, 'a');
  const temporary = join(dirname(path), `.distillery-${process.pid}-${randomBytes(4).toString('hex')}.tmp`);
  const file = openSync(temporary, 'ax');
  writeFileSync(file, kept);
  fsyncSync(file);
  renameSync(temporary, path);
  return file;
}

function guarded<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw fileError('write', path, error);
  }
}
