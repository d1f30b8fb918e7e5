import type { Paper } from '@distillery/lab';
import { CLAIMS } from './claims';
import { DIRECTIONS } from './directions';
import { DIVERGENCES } from './divergences';
import { pisrExperiments } from './experiments';
import { PISR_METHODS } from './methods';
import type { PisrArm } from './recipes';

export const PISR: Paper<PisrArm> = {
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
  methods: PISR_METHODS,
};
