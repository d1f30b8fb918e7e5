import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { fileError } from '@distillery/data';
import { UserError } from '@distillery/tensor';
import type { z } from 'zod';
import { hasCode } from './fs-errors';
import { parseJson } from '../json/parse-json';
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
  /** Returns when all lines are on the disk: called before a checkpoint, so that the log is never behind it. */
  sync(): void;
  close(): void;
}

/**
 * Opens the log of a run that continues after `step`: later lines (also a half-written last one) are cut off, so that the final
 * bytes are those of an uninterrupted run. Throws UserError if the lines up to `step` are not all there, or on a full disk.
 */
export function openMetricsLog<L extends { readonly step: number }>(
  path: string,
  format: LogFormat<L>,
  step: number,
  remedy: string,
): MetricsLog<L> {
  const keep = bytesUpTo(path, format, step, remedy);
  const file = guarded(path, () => openSync(path, 'a'));
  if (fstatSync(file).size > keep) guarded(path, () => ftruncateSync(file, keep));
  return {
    append: (line) => guarded(path, () => void writeSync(file, `${JSON.stringify(line)}\n`)),
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

function bytesUpTo<L extends { readonly step: number }>(path: string, format: LogFormat<L>, step: number, remedy: string): number {
  const due = format.lines(step);
  if (due === 0) return 0;
  const last = readMetrics(path, format, remedy).at(-1)?.step ?? 0;
  if (format.lines(last) < due) throw new UserError(`${path} ends at step ${last}, its checkpoint is of step ${step}: ${remedy}`);
  return completeLines(path)
    .slice(0, due)
    .reduce((bytes, line) => bytes + Buffer.byteLength(line) + 1, 0);
}

function completeLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(0, -1);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw fileError('read', path, error);
  }
}

function guarded<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw fileError('write', path, error);
  }
}
