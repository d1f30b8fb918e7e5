import { pisr, pisrTeacher } from '@distillery/distill';
import { buildNetwork, networkSchema, plainMethod, plainOptions, validate, type Paper, type Recipe, type Resources } from '@distillery/lab';
import { pisrAutoencoder } from '@distillery/models';
import { z } from 'zod';
import { CLAIMS } from './claims';
import { DIRECTIONS } from './directions';
import { DIVERGENCES } from './divergences';
import { pisrExperiments } from './experiments';

const count = z.int().positive();
const encoder = z.object({ features: count, shrunk: count, sees: z.literal(['hr', 'lr']) });
const methodOptions = z.discriminatedUnion('name', [
  plainOptions,
  z.object({ name: z.literal('pisr-teacher'), network: networkSchema, encoder, imitationWeight: z.number().min(0) }),
  z.object({
    name: z.literal('pisr'),
    network: networkSchema,
    encoder,
    start: z.literal(['decoder', 'random']),
    distillation: z
      .union([
        z.strictObject({
          distance: z.literal(['vid-laplace', 'vid-gaussian', 'vid-constant', 'l1', 'l2']),
          tap: z.string(),
          channels: count,
          strength: z.union([z.strictObject({ weight: z.number().min(0) }), z.strictObject({ gradientRatio: z.number().min(0) })]),
        }),
        z.strictObject({ output: z.number().min(0) }),
      ])
      .nullable(),
  }),
]);

export const PISR: Paper = {
  id: 'pisr',
  title: 'Learning with Privileged Information for Efficient Image Super-Resolution',
  venue: 'ECCV 2020',
  url: 'https://arxiv.org/abs/2007.07524',
  summary:
    'The teacher is an autoencoder that sees the HR image: it squeezes it to an image of LR size and decodes that with the student’s own architecture. ' +
    'The student starts as the decoder, and its features are drawn to the teacher’s by variational information distillation (VID). The paper’s tables could ' +
    'not be read; its qualitative figure shows gains of 0.1 to 0.7 dB on single textured images.',
  claims: CLAIMS,
  directions: DIRECTIONS,
  divergences: DIVERGENCES,
  overhead: { plain: 'alone', arms: ['teacher', 'init', 'pisr', 'l1-matched', 'vid-constant-matched'] },
  experiments: pisrExperiments,
  needsFeatures: () => false,
  method(recipe: Recipe, resources: Resources) {
    const options = validate(
      recipe.method,
      methodOptions,
      `recipe ${recipe.arm} of pisr`,
      'expected the options of plain, pisr-teacher or pisr',
    );
    if (options.name === 'plain') return plainMethod(options, recipe.scale, resources);
    const student = buildNetwork(options.network, recipe.scale);
    const teacher = pisrAutoencoder(student, options.encoder);
    if (options.name === 'pisr-teacher') return pisrTeacher({ teacher, imitationWeight: options.imitationWeight });
    const { start, distillation } = options;
    return pisr({ student, teacher, teacherParams: resources.startState?.network, start, distillation });
  },
};
