import type { Paper } from '@distillery/lab';
import { CLAIMS } from './claims';
import { DIRECTIONS } from './directions';
import { DIVERGENCES } from './divergences';
import { srkdExperiments } from './experiments';
import { SRKD_METHODS } from './methods';
import type { SrkdArm } from './recipes';

export const SRKD: Paper<SrkdArm> = {
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
  methods: SRKD_METHODS,
};
