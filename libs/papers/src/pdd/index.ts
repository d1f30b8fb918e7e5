import type { Paper } from '@distillery/lab';
import { CLAIMS } from './claims';
import { DIRECTIONS } from './directions';
import { DIVERGENCES } from './divergences';
import { pddExperiments } from './experiments';
import { PDD_METHODS } from './methods';
import type { PddArm } from './recipes';

export const PDD: Paper<PddArm> = {
  id: 'pdd',
  version: 3,
  title: 'Pairwise Distance Distillation for Unsupervised Real-World Image Super-Resolution',
  venue: 'ECCV 2024',
  url: 'https://arxiv.org/abs/2407.07302',
  summary:
    'A network trained on synthetic pairs is adapted to the images of a camera for which there is no ground truth. What is distilled are distances between features, never features: ' +
    'how far two networks are apart should not depend on whether the input is synthetic or real (inter-model), and the way from a synthetic to a real output should be ' +
    'the same in both (intra-model). One of the two networks is a specialist for a known degradation, the other a generalist for many; or the second is the running average ' +
    'of the first (EMA).',
  claims: CLAIMS,
  directions: DIRECTIONS,
  divergences: DIVERGENCES,
  overhead: { plain: 'plain', arms: ['supervised', 'static', 'ema', 'direct'] },
  experiments: pddExperiments,
  methods: PDD_METHODS,
};
