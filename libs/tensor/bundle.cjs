'use strict';
// The gradients of tfjs-core and the tensors' methods that some of them call (`x.reshape`), which it ships only as ES modules that Node cannot resolve. They register
// themselves with the engine and the class of tensors that all copies of tfjs-core share.
const { dirname, join } = require('node:path');
const { bundle } = require('../../tools/build/bundle.cjs');

const core = dirname(require.resolve('@tensorflow/tfjs-core/package.json'));

const PARTS = ['public/chained_ops/register_all_chained_ops.js', 'register_all_gradients.js'];

void bundle({
  lib: __dirname,
  name: 'stock-gradients.cjs',
  input: 'stock',
  platform: 'node',
  plugins: [
    {
      name: 'stock',
      resolveId: (source) => (source === 'stock' ? '\0stock' : null),
      load: (id) => (id === '\0stock' ? PARTS.map((part) => `import ${JSON.stringify(join(core, 'dist', part))};`).join('\n') : null),
    },
  ],
  output: { format: 'cjs' },
});
