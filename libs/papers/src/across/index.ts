import { plainMethod, plainOptions, validate, type Paper } from '@distillery/lab';
import { JDSR } from '../jdsr';
import { PISR } from '../pisr';
import { z } from 'zod';
import { ACROSS_DIRECTIONS, acrossExperiments } from './experiments';
import { taughtMethod, taughtOptions } from './methods';

/** Methods with a first stage of their own are built by their papers. */
const BORROWED: Readonly<Record<string, Paper>> = {
  'pisr-teacher': PISR,
  pisr: PISR,
  'superior-lr': JDSR,
  jdsr: JDSR,
  'deep-mutual-learning': JDSR,
  'be-your-own-teacher': JDSR,
};

const ownOptions = z.discriminatedUnion('name', [plainOptions, taughtOptions]);

/** Not a paper: the comparison that none of them makes. */
export const ACROSS: Paper = {
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
  needsFeatures: ({ method }) => method.name === 'csd' || method.name === 'pdd',
  method(recipe, resources) {
    const lender = BORROWED[recipe.method.name];
    if (lender) return lender.method(recipe, resources);
    const options = validate(recipe.method, ownOptions, `recipe ${recipe.arm} of across`, 'expected the options of one of its methods');
    return options.name === 'plain' ? plainMethod(options, recipe.scale, resources) : taughtMethod(options, recipe.scale, resources);
  },
};
