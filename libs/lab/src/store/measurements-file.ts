import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError, makeFolder, writeFileAtomic } from '@distillery/data';
import { hasCode } from './fs-errors';
import { parseVersioned, type FileFormat } from '../json/stored-json';
import { prettyJson } from '../json/pretty-json';
import type { Json } from '../json/json';

/** Measurements stored as JSON; null if there are none. `again` is the command that makes them anew. Throws UserError naming the file if it is damaged. */
export async function readMeasurements<T>(path: string, format: FileFormat<T>, again: string): Promise<T | null> {
  try {
    return parseVersioned(await readFile(path, 'utf8'), format, path, `'${again}' measures again`);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw fileError('read', path, error);
  }
}

/** Replaces the measurements, atomically. Throws UserError if the file cannot be written. */
export async function writeMeasurements(path: string, file: object): Promise<void> {
  makeFolder(dirname(path));
  await writeFileAtomic(path, prettyJson(file as Json));
}
