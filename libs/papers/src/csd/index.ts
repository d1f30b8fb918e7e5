import type { Paper } from '@distillery/lab';
import { CLAIMS } from './claims';
import { DIRECTIONS } from './directions';
import { DIVERGENCES } from './divergences';
import { csdExperiments } from './experiments';
import { CSD_METHODS } from './methods';
import type { CsdArm } from './recipes';

export const CSD: Paper<CsdArm> = {
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
  methods: CSD_METHODS,
};
