import { adapted, fakd, plain, RELATIONS, truncatedParams, vidRelation, type Relation } from '@distillery/distill';
import {
  buildNetwork,
  networkSchema,
  plainMethod,
  plainOptions,
  validate,
  widthOf,
  type Paper,
  type Recipe,
  type Resources,
} from '@distillery/lab';
import { z } from 'zod';
import { CLAIMS } from './claims';
import { DIRECTIONS } from './directions';
import { DIVERGENCES } from './divergences';
import { fakdExperiments } from './experiments';

const taps = z.array(z.string()).min(1);
const FORMS = [...(Object.keys(RELATIONS) as (keyof typeof RELATIONS)[]), 'vid'] as const;

const methodOptions = z.discriminatedUnion('name', [
  plainOptions,
  z.object({ name: z.literal('truncated-teacher'), student: networkSchema }),
  z.object({
    name: z.literal('fakd'),
    student: networkSchema,
    teacher: networkSchema,
    alpha: z.number().min(0).max(1),
    features: z
      .object({ form: z.literal(FORMS), weight: z.number(), adapters: z.boolean(), positions: z.object({ student: taps, teacher: taps }) })
      .nullable(),
    ensembleTeacher: z.boolean(),
    gradientNorms: z.boolean(),
  }),
]);

type FakdOptions = Extract<z.infer<typeof methodOptions>, { name: 'fakd' }>;

export const FAKD: Paper = {
  id: 'fakd',
  /** 2: Adam's epsilon for networks that work in 0..255, those of the full tier, is 1e-8 / 255 for the objective in 0..1. */
  version: 2,
  title: 'FAKD: Feature-Affinity Based Knowledge Distillation for Efficient Image Super-Resolution',
  venue: 'ICIP 2020',
  url: 'https://github.com/Vincent-Hoo/Knowledge-Distillation-for-Super-resolution',
  summary:
    'A shallow student is to see the same similarities between pixels as its deep teacher: at three depths, the matrices of cosines between the features of ' +
    'all pairs of pixels are drawn to the teacher’s, beside L1 to the ground truth and to the teacher’s output. The paper reports 0.04 to 0.22 dB over ' +
    'training alone, for RCAN and SAN at x2, x3, x4 and x8.',
  claims: CLAIMS,
  directions: DIRECTIONS,
  divergences: DIVERGENCES,
  overhead: { plain: 'rcan-alone', arms: ['rcan-output', 'rcan-fakd', 'rcan-ensemble', 'rcan-feature-l1', 'rcan-vid'] },
  experiments: fakdExperiments,
  needsFeatures: () => false,
  method(recipe: Recipe, resources: Resources) {
    const options = validate(
      recipe.method,
      methodOptions,
      `recipe ${recipe.arm} of fakd`,
      'expected the options of plain, truncated-teacher or fakd',
    );
    const pretrained = resources.startState?.network;
    if (options.name === 'plain') return plainMethod(options, recipe.scale, resources);
    const student = buildNetwork(options.student, recipe.scale);
    if (options.name === 'truncated-teacher')
      return plain({ model: student, role: 'student', ...(pretrained && { start: truncatedParams(student, pretrained) }) });
    const { alpha, features, ensembleTeacher, gradientNorms } = options;
    return fakd({
      student,
      teacher: { model: buildNetwork(options.teacher, recipe.scale), params: pretrained },
      alpha,
      features: features && { weight: features.weight, positions: features.positions, relation: relationOf(options, features) },
      ensembleTeacher,
      gradientNorms,
    });
  },
};

function relationOf({ student, teacher }: FakdOptions, { form, adapters, positions }: NonNullable<FakdOptions['features']>): Relation {
  const count = positions.student.length;
  const channels = { student: widthOf(student), teacher: widthOf(teacher) };
  const relation = form === 'vid' ? vidRelation(count, channels) : RELATIONS[form];
  return adapters ? adapted(relation, count, channels) : relation;
}
