'use strict';
// What the report has of others, or gives to a browser, each in one file: danfo.js, whose packages (tfjs-node, a spreadsheet reader from outside npm) would be
// most of what is installed, and the script that runs networks in a page.
const { readFileSync } = require('node:fs');
const { builtinModules } = require('node:module');
const { dirname, join } = require('node:path');
const { bundle } = require('../../tools/build/bundle.cjs');

const libs = dirname(__dirname);

/** Frames need no tensors; whoever asks one for a tensor gets it of the tfjs that trains. */
const danfojs = () =>
  bundle({
    lib: __dirname,
    name: 'danfojs.cjs',
    input: require.resolve('danfojs-node'),
    platform: 'node',
    external: builtinModules,
    plugins: [
      {
        name: 'tfjs-that-is-here',
        resolveId: (source) => (source === '@tensorflow/tfjs-node' ? { id: '@tensorflow/tfjs-core', external: true } : null),
      },
    ],
    output: { format: 'cjs' },
  });

/** What the library of engines is to a browser: tfjs’ WebAssembly backend with our kernels, which compiles nothing. */
function enginesForBrowser() {
  const from = (file) => JSON.stringify(join(libs, 'tensor', 'src', file));
  return `
    import { tidy } from '@tensorflow/tfjs-core';
    export * from ${from('interruption.ts')};
    export * from ${from('make-folders.ts')};
    export * from ${from('user-error.ts')};
    export * from ${from('rng.ts')};
    export * from ${from('random-tensors.ts')};
    export { registerOwnKernels } from ${from('engines/wasm/own-kernels.ts')};
    export { UnsupportedOperation } from ${from('compile/unsupported.ts')};
    export const activeEngine = () => ({ name: 'wasm' });
    export const activeCompiler = () => null;
    export const compiled = (f) => Object.assign((...args) => Promise.resolve(tidy(() => f(...args))), { dispose: () => Promise.resolve() });
  `;
}

/**
 * `DistilleryStudent` with what `browser/student.ts` exports, and the WebAssembly module that it starts from. The code of networks, resizing and scores is the
 * libraries' own source; what only Node can do (files, compilers) is left out.
 */
function student() {
  const wasm = readFileSync(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm')).toString('base64');
  return bundle({
    lib: __dirname,
    name: 'student.js',
    input: join(__dirname, 'src', 'student', 'browser', 'student.ts'),
    platform: 'browser',
    resolve: {
      alias: Object.fromEntries(['data', 'models', 'metrics'].map((name) => [`@distillery/${name}`, join(libs, name, 'src', 'index.ts')])),
    },
    external: [/^node:/, ...builtinModules],
    // Only tfjs does something by being loaded: it registers its kernels.
    treeshake: { moduleSideEffects: (id) => /tfjs-(core|backend-wasm)/.test(id) },
    plugins: [
      {
        name: 'engines-for-browser',
        resolveId: (source) => (source === '@distillery/tensor' ? '\0engines' : null),
        load: (id) => (id === '\0engines' ? enginesForBrowser() : null),
      },
    ],
    output: { format: 'iife', name: 'DistilleryStudent', globals: () => '({})' },
    finish: (code) => `${code}\nDistilleryStudent.wasm = "${wasm}";\n`,
  });
}

void danfojs().then(student);
