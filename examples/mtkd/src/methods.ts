import {
  buildNetwork,
  networkSchema,
  OUTPUT_DISTILLATION,
  paperMethod,
  PLAIN,
  type MethodOptions,
  type Recipe,
  type Resources,
} from '@distillery/lab';
import { z } from 'zod';
import { mtkdAggregation } from './aggregation';
import { dctSwin } from './dct-swin';
import { mtkd } from './method';
import { mtkdTeachers, teacherParams } from './teachers';

const count = z.int().positive();
const teachers = z.array(networkSchema).min(1);
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
  'output-distillation': paperMethod({
    ...OUTPUT_DISTILLATION,
    // One of the teachers that stand side by side.
    build: (options, scale, resources) =>
      OUTPUT_DISTILLATION.build(options, scale, { ...resources, startState: firstTeacher(resources.startState) }),
  }),

  teachers: paperMethod({
    options: z.strictObject({ teachers }),
    build: (options, scale) => mtkdTeachers({ teachers: options.teachers.map((network) => buildNetwork(network, scale)) }),
  }),

  aggregation: paperMethod({
    options: z.strictObject({ teachers, aggregation }),
    build: (options, scale, { startState }) =>
      mtkdAggregation({
        network: aggregationOf(options.aggregation, options.teachers.length, scale),
        teachers: frozen(options.teachers, scale, startState),
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
    build: (options, scale, { startState }) =>
      mtkd({
        student: buildNetwork(options.student, scale),
        teachers: frozen(options.teachers, scale, startState),
        aggregation: options.aggregation && {
          network: aggregationOf(options.aggregation, options.teachers.length, scale),
          params: startState?.network,
        },
        levels: options.levels,
        alpha: options.alpha,
      }),
  }),
};

function aggregationOf(options: z.infer<typeof aggregation>, count: number, scale: number) {
  return dctSwin({ ...options, teachers: count, fold: scale as 2 | 4 });
}

function frozen(networks: z.infer<typeof teachers>, scale: number, startState: Resources['startState']) {
  const params = teacherParams(startState, networks.length);
  return networks.map((network, k) => ({ model: buildNetwork(network, scale), params: params[k] }));
}

function firstTeacher(startState: Resources['startState']): Resources['startState'] {
  const [network] = teacherParams(startState, 1);
  return network ? { network } : null;
}

export type MtkdRecipe<Arm extends string = string> = Recipe<Arm, MethodOptions<typeof MTKD_METHODS>>;
/** The options of the second stage. */
export type MtkdMethodOptions = Extract<MethodOptions<typeof MTKD_METHODS>, { name: 'mtkd' }>;
