'use strict';
// The gradients of tfjs-core, which it ships only as ES modules that Node cannot resolve. They register themselves in a table that all copies of tfjs-core share.
const { dirname, join } = require('node:path');
const { bundle } = require('../../tools/build/bundle.cjs');

const core = dirname(require.resolve('@tensorflow/tfjs-core/package.json'));

void bundle({
  lib: __dirname,
  name: 'stock-gradients.cjs',
  input: join(core, 'dist', 'register_all_gradients.js'),
  platform: 'node',
  output: { format: 'cjs' },
});
