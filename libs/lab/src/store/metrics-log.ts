import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { fileError } from '@distillery/data';
import { UserError } from '@distillery/tensor';
import { hasCode } from './fs-errors';
import { parseJson } from '../json/parse-json';
import { metricsLineSchema } from './schemas';
import type { MetricsLine } from './run-files';

/** `metrics.jsonl` being written: one line `{"step":1,"losses":{...}}` per step, steps 1, 2, 3... without a gap. */
export interface MetricsLog {
  append(line: MetricsLine): void;
  /** Returns when all lines are on the disk: called before a checkpoint, so that the log is never behind it. */
  sync(): void;
  close(): void;
}

/**
 * Opens the log of a run that continues after `step`: later lines (also a half-written last one) are cut off, so that the final
 * bytes are those of an uninterrupted run. Throws UserError if the lines up to `step` are not all there, or on a full disk.
 */
export function openMetricsLog(path: string, step: number, remedy: string): MetricsLog {
  const keep = bytesUpTo(path, step, remedy);
  const file = guarded(path, () => openSync(path, 'a'));
  if (fstatSync(file).size > keep) guarded(path, () => ftruncateSync(file, keep));
  return {
    append: (line) => guarded(path, () => void writeSync(file, `${JSON.stringify(line)}\n`)),
    sync: () => guarded(path, () => fsyncSync(file)),
    close: () => closeSync(file),
  };
}

/** The complete lines of a log. Throws UserError if one is not as expected; a missing file has none. */
export function readMetrics(path: string, remedy: string): MetricsLine[] {
  return completeLines(path).map((text, i) => {
    const line = parseJson(text, metricsLineSchema, `${path} line ${i + 1}`, remedy);
    if (line.step !== i + 1) throw new UserError(`${path} line ${i + 1} is of step ${line.step}, expected ${i + 1}: ${remedy}`);
    return line;
  });
}

function bytesUpTo(path: string, step: number, remedy: string): number {
  if (step === 0) return 0;
  const lines = readMetrics(path, remedy);
  if (lines.length < step) throw new UserError(`${path} ends at step ${lines.length}, its checkpoint is of step ${step}: ${remedy}`);
  return completeLines(path)
    .slice(0, step)
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
