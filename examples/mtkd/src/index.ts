import type { Paper } from '@distillery/lab';
import { CLAIMS, DIRECTIONS } from './claims';
import { DIVERGENCES } from './divergences';
import { mtkdExperiments } from './experiments';
import { MTKD_METHODS } from './methods';
import type { MtkdArm } from './recipes';

const MTKD: Paper<MtkdArm> = {
  id: 'mtkd',
  title: 'MTKD: Multi-Teacher Knowledge Distillation for Image Super-Resolution',
  venue: 'ECCV 2024',
  url: 'https://arxiv.org/abs/2404.09571',
  summary:
    'Three teachers of different architectures teach one student. A network of windowed attention over cosine transforms is first trained to make one image of theirs; the student then learns from that image, ' +
    'compared by wavelets, beside the ground truth. The abstract reports up to 0.46 dB over other methods of distillation. The paper’s tables could not be read; the method follows the authors’ code.',
  claims: CLAIMS,
  directions: DIRECTIONS,
  divergences: DIVERGENCES,
  overhead: { plain: 'alone', arms: ['one-teacher', 'mtkd', 'mtkd-mean'] },
  experiments: mtkdExperiments,
  methods: MTKD_METHODS,
};

/** What `--papers` looks for: papers by their ids. */
export const PAPERS = { mtkd: MTKD };
