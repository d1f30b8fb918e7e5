import { join } from 'node:path';
import { z } from 'zod';
import { readMeasurements, writeMeasurements } from '../store/measurements-file';
import { TIERS } from '../experiment/recipe';
import type { OverheadFile } from './overhead';

const stepCost = z.strictObject({
  arm: z.string(),
  method: z.string(),
  milliseconds: z.number().positive(),
  peakBytes: z.number().positive(),
  firstStepSeconds: z.number().positive(),
  compileSeconds: z.number().min(0).optional(),
  fallback: z.string().nullable(),
});

const overheadFileSchema: z.ZodType<OverheadFile> = z.strictObject({
  schema: z.literal(2),
  engine: z.string(),
  engineVersion: z.string(),
  threads: z.int().min(1),
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
export function readOverhead(resultsDir: string): Promise<OverheadFile | null> {
  return readMeasurements(overheadPath(resultsDir), { schema: overheadFileSchema, version: 2 }, 'distillery bench methods --save');
}

/** Replaces the measurements, atomically. Throws UserError if the file cannot be written. */
export function writeOverhead(resultsDir: string, file: OverheadFile): Promise<void> {
  return writeMeasurements(overheadPath(resultsDir), file);
}
