import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileError, writeFileAtomic } from '@distillery/data';
import { z } from 'zod';
import { hasCode, makeFolder } from '../fs-errors';
import { parseJson } from '../parse-json';
import { prettyJson } from '../pretty-json';
import { TIERS, type Json } from '../recipe';
import type { OverheadFile } from './result';

const stepCost = z.strictObject({
  arm: z.string(),
  method: z.string(),
  milliseconds: z.number().positive(),
  peakBytes: z.number().positive(),
  firstStepSeconds: z.number().positive(),
  fallback: z.string().nullable(),
});

const overheadFileSchema: z.ZodType<OverheadFile> = z.strictObject({
  schema: z.literal(1),
  engine: z.string(),
  engineVersion: z.string(),
  tier: z.enum(TIERS),
  rounds: z.int().min(1),
  platform: z.string(),
  papers: z.array(z.strictObject({ paper: z.string(), plain: z.string(), arms: z.array(stepCost).min(1) })),
});

/** Where the measurements lie. */
export function overheadPath(resultsDir: string): string {
  return join(resultsDir, 'overhead.json');
}

/** The measurements; null if there are none. Throws UserError naming the file if it is damaged. */
export async function readOverhead(resultsDir: string): Promise<OverheadFile | null> {
  const path = overheadPath(resultsDir);
  try {
    return parseJson(await readFile(path, 'utf8'), overheadFileSchema, path, `delete ${path} and measure again`);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw fileError('read', path, error);
  }
}

/** Replaces the measurements, atomically. Throws UserError if the file cannot be written. */
export async function writeOverhead(resultsDir: string, file: OverheadFile): Promise<void> {
  const path = overheadPath(resultsDir);
  await makeFolder(dirname(path));
  await writeFileAtomic(path, prettyJson(file as unknown as Json));
}
