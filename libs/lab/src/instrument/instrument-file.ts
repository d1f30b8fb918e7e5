import { join } from 'node:path';
import { BORDERS } from '@distillery/data';
import { z } from 'zod';
import { readMeasurements, writeMeasurements } from '../store/measurements-file';
import { provenanceSchema, sha256 } from '../store/schemas';
import type { InstrumentFile } from './instrument-result';

const scores = { psnr: z.number(), ssim: z.number() };

const instrumentFileSchema: z.ZodType<InstrumentFile> = z.strictObject({
  schema: z.literal(1),
  rows: z.array(
    z.strictObject({
      hash: sha256,
      network: z.string(),
      dataset: z.string(),
      scale: z.int().min(1),
      weights: sha256.nullable(),
      images: z.array(z.strictObject({ name: z.string(), ...scores })).min(1),
      protocols: z.array(z.strictObject({ protocol: z.string(), ...scores })).min(1),
      otherBorder: z.strictObject({ border: z.enum(BORDERS), ...scores }).nullable(),
      provenance: provenanceSchema,
    }),
  ),
});

/** Where the measurements lie. */
export function instrumentPath(resultsDir: string): string {
  return join(resultsDir, 'instrument.json');
}

/** The measurements; null if there are none. Throws UserError naming the file if it is damaged. */
export function readInstrument(resultsDir: string): Promise<InstrumentFile | null> {
  return readMeasurements(instrumentPath(resultsDir), { schema: instrumentFileSchema, version: 1 }, 'distillery reproduce --fresh');
}

/** Replaces the measurements, atomically. Throws UserError if the file cannot be written. */
export function writeInstrument(resultsDir: string, file: InstrumentFile): Promise<void> {
  return writeMeasurements(instrumentPath(resultsDir), file);
}
