import { csd, plain } from '@distillery/distill';
import { validate, type Paper, type Recipe, type Resources } from '@distillery/lab';
import { edsr, edsrWidth, leadingSlice, type EdsrConfig } from '@distillery/models';
import { z } from 'zod';
import { CLAIMS, DIRECTIONS } from './claims';
import { DIVERGENCES } from './divergences';
import { csdExperiments } from './experiments';
import { csdFeatures } from './features';

const network = {
  features: z.int().positive(),
  blocks: z.int().positive(),
  resScale: z.number(),
  rgbRange: z.literal([1, 255]),
  width: z.number(),
};
const methodOptions = z.discriminatedUnion('name', [
  z.object({ name: z.literal('plain'), ...network, role: z.literal(['student', 'teacher']) }),
  z.object({
    name: z.literal('csd'),
    ...network,
    teacherWeight: z.number(),
    contrast: z
      .object({
        weight: z.number(),
        positive: z.literal(['teacher', 'ground-truth']),
        negatives: z.int().min(0),
        denominator: z.literal(['sum', 'mean', 'constant', 'none']),
      })
      .nullable(),
  }),
]);

export const CSD: Paper = {
  id: 'csd',
  /** 2: Adam's epsilon for networks that work in 0..255, those of the full tier, is 1e-8 / 255 for the objective in 0..1. */
  version: 2,
  title: 'Towards Compact Single Image Super-Resolution via Contrastive Self-distillation',
  venue: 'IJCAI 2021',
  url: 'https://arxiv.org/abs/2105.11683',
  summary:
    'The student is the teacher with only the leading fraction of every layer’s channels: one set of weights, two widths. Both are trained together, ' +
    'and a contrastive term in VGG19 feature space pulls the student’s output to the teacher’s and pushes it away from bicubically upsampled images. ' +
    'The paper reports up to 0.28 dB over joint training without that term (Urban100, x4).',
  claims: CLAIMS,
  directions: DIRECTIONS,
  divergences: DIVERGENCES,
  overhead: { plain: 'slice-l1', arms: ['jt1', 'csd'] },
  experiments: csdExperiments,
  needsFeatures: (recipe) => recipe.method.name === 'csd' && recipe.method.contrast !== null,
  method(recipe: Recipe, resources: Resources) {
    const options = validate(recipe.method, methodOptions, `recipe ${recipe.arm} of csd`, 'expected the options of plain or csd');
    const { features, blocks, resScale, rgbRange, width } = options;
    const config: EdsrConfig = { features, blocks, resScale, rgbRange, scale: recipe.scale as EdsrConfig['scale'] };
    const network = edsr(edsrWidth(config, width));
    const pretrained = resources.startState?.network;
    if (options.name === 'plain') {
      const { role } = options;
      return plain({ model: network, role, ...(pretrained && { start: leadingSlice(network, pretrained) }) });
    }
    const contrast = options.contrast && { ...options.contrast, ...csdFeatures(resources) };
    const { teacherWeight } = options;
    return csd({ teacher: edsr(config), student: network, teacherWeight, contrast, ...(pretrained && { start: pretrained }) });
  },
};
