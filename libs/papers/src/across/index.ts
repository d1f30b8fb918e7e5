import type { Paper } from '@distillery/lab';
import { ACROSS_DIRECTIONS, acrossExperiments } from './experiments';
import { ACROSS_METHODS } from './methods';
import type { AcrossArm } from './recipes';

/** Not a paper: the comparison that none of them makes. */
export const ACROSS: Paper<AcrossArm> = {
  id: 'across',
  title: 'All methods into the same student',
  venue: 'A comparison of our own, not a paper',
  url: null,
  summary:
    'Each paper compares its method with its own baselines, on its own networks and schedule. Here all of them train one student under one budget, and are ranked by the difference, ' +
    'paired over seeds and images, to three controls: the same student alone, alone for the total length, and started from the teacher and trained with plain L1.',
  claims: [],
  directions: ACROSS_DIRECTIONS,
  divergences: [],
  overhead: {
    plain: 'alone',
    arms: ['imitation', 'csd', 'feature-l2', 'vid', 'pisr', 'jdsr', 'deep-mutual-learning', 'be-your-own-teacher', 'pdd'],
  },
  experiments: acrossExperiments,
  methods: ACROSS_METHODS,
};
