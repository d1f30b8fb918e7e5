import {
  buildNetwork,
  networkSchema,
  OUTPUT_DISTILLATION,
  paperMethod,
  PLAIN,
  type MethodOptions,
  type Recipe,
  type Resources,
  type StartNames,
} from '@distillery/lab';
import { z } from 'zod';
import { mtkdAggregation } from './aggregation';
import { dctSwin } from './dct-swin';
import { mtkd } from './method';

const count = z.int().positive();
/** In the order in which their images go into the aggregation network. Each starts from a run under its architecture's name. */
const teachers = z
  .array(networkSchema)
  .min(1)
  .refine(
    (all) => new Set(all.map(({ architecture }) => architecture)).size === all.length,
    'expected teachers of different architectures',
  );
/** The aggregation network; how many teachers it has, and the fold, which is the scale, follow from the rest. */
const aggregation = z.strictObject({
  channels: count,
  heads: count,
  window: count,
  mlpRatio: count,
  groups: count,
  blocks: count,
  features: count,
});

/** The methods that recipes name, each with its options: their type, and what is checked, follow from the schema. */
export const MTKD_METHODS = {
  plain: PLAIN,
  'output-distillation': OUTPUT_DISTILLATION,

  aggregation: paperMethod({
    options: z.strictObject({ teachers, aggregation }),
    starts: (options) => byArchitecture(options.teachers),
    build: (options, scale, { start }) =>
      mtkdAggregation({
        network: aggregationOf(options.aggregation, options.teachers.length, scale),
        teachers: frozen(options.teachers, scale, start),
      }),
  }),

  mtkd: paperMethod({
    options: z.strictObject({
      student: networkSchema,
      teachers,
      /** null: the mean of the teachers' images. */
      aggregation: aggregation.nullable(),
      levels: z.int().min(0),
      alpha: z.number().min(0),
    }),
    starts: (options): StartNames => ({ ...byArchitecture(options.teachers), ...(options.aggregation && { aggregation: 'required' }) }),
    build: (options, scale, { start }) =>
      mtkd({
        student: buildNetwork(options.student, scale),
        teachers: frozen(options.teachers, scale, start),
        aggregation: options.aggregation && {
          network: aggregationOf(options.aggregation, options.teachers.length, scale),
          params: start.aggregation?.network,
        },
        levels: options.levels,
        alpha: options.alpha,
      }),
  }),
};

function aggregationOf(options: z.infer<typeof aggregation>, count: number, scale: number) {
  return dctSwin({ ...options, teachers: count, fold: scale as 2 | 4 });
}

function byArchitecture(networks: z.infer<typeof teachers>): StartNames {
  return Object.fromEntries(networks.map(({ architecture }) => [architecture, 'required']));
}

function frozen(networks: z.infer<typeof teachers>, scale: number, start: Resources['start']) {
  return networks.map((network) => ({ model: buildNetwork(network, scale), params: start[network.architecture]?.network }));
}

export type MtkdRecipe<Arm extends string = string> = Recipe<Arm, MethodOptions<typeof MTKD_METHODS>>;
/** The options of the second stage. */
export type MtkdMethodOptions = Extract<MethodOptions<typeof MTKD_METHODS>, { name: 'mtkd' }>;
