import type { Paper } from '@distillery/lab';
import { CLAIMS } from './claims';
import { DIRECTIONS } from './directions';
import { DIVERGENCES } from './divergences';
import { fakdExperiments } from './experiments';
import { FAKD_METHODS } from './methods';
import type { FakdArm } from './recipes';

export const FAKD: Paper<FakdArm> = {
  id: 'fakd',
  /** 2: Adam's epsilon for networks that work in 0..255, those of the full tier, is 1e-8 / 255 for the objective in 0..1. */
  version: 3,
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
  methods: FAKD_METHODS,
};
