import { IMAGE_METRIC_IDS, METRIC_IDS } from '@distillery/metrics';
import { PRECISIONS } from '@distillery/tensor';
import { z } from 'zod';
import { TIERS } from '../experiment/recipe';
import { folderName, runSpecSchema } from '../experiment/recipe-schema';
import {
  STORE_VERSION,
  type MetricsLine,
  type Outcome,
  type RunFile,
  type StoredResults,
  type Timing,
  type ValidationLine,
} from './run-files';
import type { Cost, Crop, Evaluation, Provenance, RunResult, ValidationCurves } from './run-result';

// The compiler checks each schema against its interface; the interfaces stay the documentation.

const count = z.int().min(0);
const positive = z.int().min(1);
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected a sha256 of 64 hex digits');

/** The same schema under every key. */
function byMetric<Key extends string, Schema extends z.ZodType>(keys: readonly Key[], schema: Schema): Record<Key, Schema> {
  return Object.fromEntries(keys.map((key) => [key, schema])) as Record<Key, Schema>;
}

export const evaluationSchema: z.ZodType<Evaluation> = z.strictObject({
  network: z.string(),
  dataset: z.string(),
  scale: positive,
  protocol: z.string(),
  selfEnsemble: z.boolean(),
  images: z.array(z.strictObject({ name: z.string(), ...byMetric(METRIC_IDS, z.number().nullable().optional()) })).min(1),
});

const computedCost = z.strictObject({
  network: z.string(),
  parameters: count,
  multiplyAdds: count,
  inputShape: z.tuple([positive, positive]),
});
const latency = z.strictObject({ latencyMs: z.number().min(0), latencyPasses: positive });
const costSchema: z.ZodType<Cost> = computedCost.extend(latency.shape);

export const provenanceSchema: z.ZodType<Provenance> = z.strictObject({
  engine: z.string(),
  engineVersion: z.string(),
  precision: z.literal(PRECISIONS).optional(),
  versions: z.record(z.string(), z.string()),
  gitCommit: z.string().nullable(),
  gitDirty: z.boolean().nullable(),
  earlierCommits: z.array(z.string()).optional(),
  datasetHashes: z.record(z.string(), z.string()),
  featureNetwork: z.string().nullable(),
  ...byMetric(
    IMAGE_METRIC_IDS.map((id) => `${id}Network` as const),
    z.string().nullable().optional(),
  ),
  platform: z.string(),
  command: z.string(),
  registered: z.record(z.string(), z.string()).optional(),
});

const cropSchema: z.ZodType<Crop> = z.strictObject({
  dataset: z.string(),
  image: z.string(),
  shows: z.string(),
  view: z.enum(['whole', 'zoom']),
  pngBase64: z.base64(),
});

const curvesSchema = z.record(z.string(), z.array(z.tuple([count, z.number()])));
const validationSchema: z.ZodType<ValidationCurves> = z.strictObject({
  set: z.string(),
  side: positive,
  bicubic: z.number(),
  networks: z.record(z.string(), z.array(z.tuple([positive, z.number()]))),
});

const schema = z.literal(STORE_VERSION);

const runResultShape = {
  schema,
  hash: sha256,
  spec: runSpecSchema,
  provenance: provenanceSchema,
  evaluations: z.array(evaluationSchema),
  costs: z.array(costSchema),
  curves: curvesSchema,
  validation: validationSchema.optional(),
  crops: z.array(cropSchema),
  trainSeconds: z.number().min(0),
  compileSeconds: z.number().min(0).optional(),
  uncompiled: z.string().optional(),
};

export const runResultSchema: z.ZodType<RunResult> = z.strictObject(runResultShape);

export const resultsFileSchema: z.ZodType<StoredResults> = z.strictObject({
  schema,
  paper: folderName,
  tier: z.enum(TIERS),
  runs: z.array(z.looseObject({ digest: sha256 })),
});

export const runFileSchema: z.ZodType<RunFile> = z.strictObject({
  schema,
  hash: sha256,
  spec: runSpecSchema,
  sessions: z.array(provenanceSchema).min(1),
});

export const outcomeSchema: z.ZodType<Outcome> = z.strictObject({
  schema,
  hash: sha256,
  evaluations: runResultShape.evaluations,
  costs: z.array(computedCost),
  curves: curvesSchema,
  validation: runResultShape.validation,
  crops: runResultShape.crops,
  files: z.record(z.string(), sha256),
});

export const timingSchema: z.ZodType<Timing> = z.strictObject({
  schema,
  trainSeconds: z.number().min(0),
  compileSeconds: z.number().min(0).optional(),
  uncompiled: z.string().optional(),
  latencies: z.record(z.string(), latency),
});

export const metricsLineSchema: z.ZodType<MetricsLine> = z.strictObject({ step: positive, losses: z.record(z.string(), z.number()) });

export const validationLineSchema: z.ZodType<ValidationLine> = z.strictObject({ step: positive, psnr: z.record(z.string(), z.number()) });
