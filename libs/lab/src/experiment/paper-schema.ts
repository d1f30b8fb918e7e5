import { METRIC_IDS, PROTOCOLS } from '@distillery/metrics';
import { z } from 'zod';
import type { ArmRef, Claim, DirectionClaim, Divergence } from './claim';
import type { Paper, PaperMethod } from './paper';
import { folderName } from './recipe-schema';

// A paper from outside may be plain JavaScript, or be compiled against another version: the compiler has not seen it.

const text = z.string().min(1);
const metric = z.enum(METRIC_IDS);
const scale = z.int().min(1);
const protocol = z.enum(Object.keys(PROTOCOLS));
const isFunction = (value: unknown): boolean => typeof value === 'function';

const claimSchema: z.ZodType<Claim> = z.strictObject({
  id: text,
  paper: text,
  table: text,
  row: text,
  experiment: text.optional(),
  arm: text.optional(),
  network: text,
  dataset: text,
  scale,
  metric,
  value: z.number().nullable(),
  protocol,
  selfEnsemble: z.boolean(),
  source: text,
  verified: z.boolean(),
  suspect: text.optional(),
});

const armRef: z.ZodType<ArmRef> = z.strictObject({ arm: text, network: text });

const directionSchema: z.ZodType<DirectionClaim> = z.strictObject({
  id: text,
  paper: text,
  table: text,
  statement: text,
  experiment: text,
  better: armRef,
  worse: armRef,
  metric,
  scale,
  published: z.record(z.string(), z.number()).nullable(),
  within: z.number().positive().optional(),
  source: text,
  verified: z.boolean(),
});

const divergenceSchema: z.ZodType<Divergence> = z.strictObject({ point: text, paper: text, code: text, ours: text });

/** The schema of the options may be of another copy of zod. */
const isSchema = (value: unknown): boolean => typeof value === 'object' && value !== null && 'safeParse' in value && '_zod' in value;
const aFunction = 'expected a function';

const methodSchema: z.ZodType<PaperMethod> = z.strictObject({
  options: z.custom<PaperMethod['options']>(isSchema, 'expected a zod schema'),
  needsFeatures: z.custom<NonNullable<PaperMethod['needsFeatures']>>(isFunction, aFunction).optional(),
  starts: z.custom<NonNullable<PaperMethod['starts']>>(isFunction, aFunction).optional(),
  needsPublished: z.custom<NonNullable<PaperMethod['needsPublished']>>(isFunction, aFunction).optional(),
  build: z.custom<PaperMethod['build']>(isFunction, aFunction),
});

export const paperSchema: z.ZodType<Paper> = z.strictObject({
  id: folderName,
  title: text,
  venue: text,
  url: z.url().nullable(),
  summary: text,
  from: text.optional(),
  version: z.int().min(1).optional(),
  claims: z.array(claimSchema),
  directions: z.array(directionSchema),
  divergences: z.array(divergenceSchema),
  overhead: z.strictObject({ plain: text, arms: z.array(text) }),
  experiments: z.custom<Paper['experiments']>(isFunction, aFunction),
  methods: z.record(z.string(), methodSchema),
});
