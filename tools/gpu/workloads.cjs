'use strict';
// The steps that are timed on a card: those of `distillery bench`, and the baseline of the literature in the size that it is trained in.
const path = require('node:path');

const root = path.join(__dirname, '..', '..');
const { STEP_WORKLOADS } = require(path.join(root, 'libs', 'cli', 'dist', 'bench', 'workloads.js'));

module.exports.WORKLOADS = [
  ...STEP_WORKLOADS,
  {
    name: 'EDSR-baseline x4, 64 channels, 16 blocks, batch 16, 48x48',
    teacher: { features: 64, blocks: 16, resScale: 1, rgbRange: 1, scale: 4 },
    batch: 16,
    side: 48,
    csd: null,
  },
];
