import { adapted, fakd, RELATIONS, srkd, SRKD_TAPS, vidRelation, type Method, type Relation } from '@distillery/distill';
import {
  buildNetwork,
  networkSchema,
  outputDistillationMethod,
  outputDistillationOptions,
  plainMethod,
  plainOptions,
  validate,
  widthOf,
  type Paper,
  type Recipe,
  type Resources,
} from '@distillery/lab';
import { seedRng } from '@distillery/tensor';
import { z } from 'zod';
import { CLAIMS } from './claims';
import { DIRECTIONS } from './directions';
import { DIVERGENCES } from './divergences';
import { srkdExperiments } from './experiments';
import { RELATIVES, type RelativeName } from './recipes';

const power = z.int().min(1);
const srkdOptions = z.object({
  name: z.literal('srkd'),
  student: networkSchema,
  teacher: networkSchema,
  teacherWeights: z.literal(['trained', 'random']),
  reconstructionWeight: z.number().min(0),
  positionWeights: z.tuple([z.number().min(0), z.number().min(0), z.number().min(0)]),
  statistics: z
    .array(z.union([z.object({ of: z.literal(['power-of-mean', 'mean-of-powers']), power }), z.object({ of: z.literal(['max', 'min']) })]))
    .min(1),
  norm: z.literal(['l1', 'l2']),
  reconstructionNorm: z.literal(['l1', 'l2']),
  gradientNorms: z.boolean(),
  gradientRatio: z.number().positive().nullable(),
});
const relationOptions = z.object({
  name: z.literal('relation'),
  student: networkSchema,
  teacher: networkSchema,
  form: z.literal(RELATIVES),
  positions: z.int().min(1).max(SRKD_TAPS.length),
  gradientRatio: z.number().positive(),
});
const methodOptions = z.discriminatedUnion('name', [plainOptions, outputDistillationOptions, srkdOptions, relationOptions]);

export const SRKD: Paper = {
  id: 'srkd',
  title: 'Image Super-Resolution Using Knowledge Distillation',
  venue: 'ACCV 2018',
  url: 'https://doi.org/10.1007/978-3-030-20890-5_34',
  summary:
    'A small luma network of depthwise blocks learns beside the ground truth what a larger one has at three depths: not its features, whose channels ' +
    'mean something else, but one statistic over the channels at each pixel, such as the square of their mean. The paper reports 0.25 to 0.53 dB on ' +
    'Set5 over training the student alone.',
  claims: CLAIMS,
  directions: DIRECTIONS,
  divergences: DIVERGENCES,
  // mean2-l1 costs what mean2 does, without the differentiation term by term that mean2 logs.
  overhead: { plain: 'student', arms: ['output-distillation', 'mean2-l1'] },
  experiments: srkdExperiments,
  needsFeatures: () => false,
  method(recipe: Recipe, resources: Resources) {
    const expected = 'expected the options of plain, output-distillation, srkd or relation';
    const options = validate(recipe.method, methodOptions, `recipe ${recipe.arm} of srkd`, expected);
    if (options.name === 'plain') return plainMethod(options, recipe.scale, resources);
    if (options.name === 'output-distillation') return outputDistillationMethod(options, recipe.scale, resources);
    if (options.name === 'relation') return relationMethod(options, recipe.scale, resources);
    const { positionWeights, teacherWeights, gradientRatio, reconstructionWeight, reconstructionNorm, statistics, norm, gradientNorms } =
      options;
    const teacher = buildNetwork(options.teacher, recipe.scale);
    const trained = resources.startState?.network;
    return srkd({
      student: buildNetwork(options.student, recipe.scale),
      teacher: { model: teacher, params: trained && teacherWeights === 'random' ? teacher.init(seedRng(0)) : trained },
      reconstructionWeight,
      reconstructionNorm,
      positions: SRKD_TAPS.map((taps, i) => ({ ...taps, weight: positionWeights[i] as number })),
      statistics,
      norm,
      gradientNorms,
      ...(gradientRatio !== null && { gradientRatio }),
    });
  },
};

/** The ground truth and a relation of features at the first of SRKD's positions, the relation at a fixed share of the gradient. */
function relationMethod(
  { form, positions, gradientRatio, ...options }: z.infer<typeof relationOptions>,
  scale: number,
  resources: Resources,
): Method {
  const taps = SRKD_TAPS.slice(0, positions);
  const channels = { student: widthOf(options.student), teacher: widthOf(options.teacher) };
  const relations: Readonly<Record<RelativeName, Relation>> = {
    'attention-transfer': RELATIONS['attention-transfer'],
    'feature-l2': adapted(RELATIONS['feature-l2'], positions, channels),
    fsp: adapted(RELATIONS.fsp, positions, channels),
    vid: vidRelation(positions, channels),
  };
  return fakd({
    student: buildNetwork(options.student, scale),
    teacher: { model: buildNetwork(options.teacher, scale), params: resources.startState?.network },
    alpha: 0,
    features: {
      weight: 1,
      positions: { student: taps.map(({ studentTap }) => studentTap), teacher: taps.map(({ teacherTap }) => teacherTap) },
      relation: relations[form],
    },
    gradientRatio,
  });
}
