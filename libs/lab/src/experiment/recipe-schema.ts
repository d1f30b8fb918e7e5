import { DEGRADATIONS, type DegradationName } from '@distillery/data';
import { z } from 'zod';
import { TIERS, type Recipe, type RunSpec } from './recipe';

const count = z.int().min(0);
const positive = z.int().min(1);
/** Becomes part of a folder's name, so neither a path nor an option. */
export const folderName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'expected letters, digits, dots, dashes and underscores only');

const startName = z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'expected letters and digits only');

// The compiler checks each schema against its interface; the interfaces stay the documentation.

const degradation = z.enum(Object.keys(DEGRADATIONS) as [DegradationName, ...DegradationName[]]);

export const recipeSchema: z.ZodType<Recipe> = z
  .strictObject({
    paper: folderName,
    arm: folderName,
    scale: positive,
    tier: z.enum(TIERS),
    method: z.object({ name: z.string() }).catchall(z.json()),
    data: z.strictObject({
      train: z.string().min(1),
      evaluate: z.array(z.string().min(1)).min(1),
      validate: z.strictObject({ set: z.string().min(1), points: positive }).optional(),
      patch: positive,
      batch: positive,
      channels: z.union([z.literal(1), z.literal(3)]),
      lr: degradation.optional(),
      blind: degradation.optional(),
      real: z.string().min(1).optional(),
    }),
    schedule: z.strictObject({
      steps: positive,
      learningRate: z.number().positive(),
      decay: z.number().positive(),
      decayEvery: positive,
      decays: positive.optional(),
      cosineTo: z.number().positive().optional(),
      epoch: positive.optional(),
      checkpointEvery: positive,
    }),
    get startFrom() {
      return z.record(startName, recipeSchema);
    },
    evaluate: z.strictObject({ networks: z.array(z.string().min(1)), selfEnsemble: z.boolean() }),
  })
  .refine(({ data, scale }) => data.patch % scale === 0, { path: ['data', 'patch'], error: 'expected a multiple of the scale' });

export const runSpecSchema: z.ZodType<RunSpec> = z.strictObject({ recipe: recipeSchema, seed: count, engine: z.string().min(1) });
