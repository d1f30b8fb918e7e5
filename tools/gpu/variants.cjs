'use strict';
// VARIANTS=packs,autotuned: ways of compiling that are not the product's, to be compared with it. Required before an engine starts.
const path = require('node:path');

const root = path.join(__dirname, '..', '..');
const { PLATFORMS } = require(path.join(root, 'libs', 'tensor', 'dist', 'engines', 'xla', 'platforms.js'));

const VARIANTS = {
  /** Arrays of the state that are updated alike in one vector; or each by itself. */
  packs: (traits) => (traits.packs = true),
  single: (traits) => (traits.packs = false),
  /** Whichever convolution is fastest, in whatever order it sums. */
  autotuned: (traits) => (traits.compile = {}),
  /** Every step a program of its own, however small it is. */
  alone: (traits) => (traits.together = { ...traits.together, most: 1 }),
  /** Without CUDA graphs. */
  launched: (traits) => delete traits.faster,
};

for (const name of (process.env.VARIANTS ?? '').split(',').filter(Boolean)) Object.values(PLATFORMS).forEach(VARIANTS[name]);
