import type { Paper } from '@distillery/lab';
import { CLAIMS } from './claims';
import { DIRECTIONS } from './directions';
import { DIVERGENCES } from './divergences';
import { jdsrExperiments } from './experiments';
import { JDSR_METHODS } from './methods';
import type { JdsrArm } from './recipes';

export const JDSR: Paper<JdsrArm> = {
  id: 'jdsr',
  /** 2: Adam's epsilon for networks that work in 0..255, those of the full tier, is 1e-8 / 255 for the objective in 0..1. */
  version: 2,
  title: 'Boosting Lightweight Single Image Super-resolution via Joint-distillation',
  venue: 'ACM MM 2021',
  url: 'https://doi.org/10.1145/3474085.3475288',
  summary:
    'No large teacher: an encoder first turns HR into a superior LR image, from which a peer of fewer than 300,000 parameters restores HR easily. ' +
    'Student and peer then learn together, each towards the other’s output, while the student’s shallow exits learn from soft labels that a small ' +
    'meta-trained generator makes of its deeper features. The abstract calls the peer comparable to RCAN (15M parameters). The paper’s tables ' +
    'could not be read, and no official code was found; the details follow an unfinished third-party port.',
  claims: CLAIMS,
  directions: DIRECTIONS,
  divergences: DIVERGENCES,
  overhead: {
    plain: 'alone',
    arms: [
      'intermediate',
      'soft-labels',
      'soft-labels-first-order',
      'jdsr',
      'output-distillation',
      'deep-mutual-learning',
      'be-your-own-teacher',
    ],
  },
  experiments: jdsrExperiments,
  methods: JDSR_METHODS,
};
