import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';

/** What the library of engines is to a browser: tfjs’ own WebAssembly backend, which compiles nothing. */
function enginesForBrowser(tensor: string): string {
  const from = (file: string): string => JSON.stringify(join(tensor, 'src', file));
  return `
    import { tidy } from '@tensorflow/tfjs-core';
    export * from ${from('interruption.ts')};
    export * from ${from('user-error.ts')};
    export * from ${from('rng.ts')};
    export * from ${from('random-tensors.ts')};
    export { UnsupportedOperation } from ${from('compile/unsupported.ts')};
    export const activeEngine = () => ({ name: 'wasm' });
    export const activeCompiler = () => null;
    export const compiled = (f) => Object.assign((...args) => Promise.resolve(tidy(() => f(...args))), { dispose: () => Promise.resolve() });
  `;
}

const libFolder = (name: string): string => dirname(require.resolve(`@distillery/${name}/package.json`));

/**
 * The script that runs networks in a page: `DistilleryStudent` with what `browser/student.ts` exports, and the WebAssembly module that it starts from. The code of
 * networks, resizing and scores is the libraries' own source; what only Node can do (files, compilers) is left out.
 *
 * The bundler takes a moment to load, hence on first use.
 */
export async function studentScript(): Promise<string> {
  const { rolldown } = await import('rolldown');
  const own = ['data', 'models', 'metrics'];
  const alias = Object.fromEntries(own.map((name) => [`@distillery/${name}`, join(libFolder(name), 'src', 'index.ts')]));
  const bundle = await rolldown({
    input: join(libFolder('report'), 'src', 'student', 'browser', 'student.ts'),
    platform: 'browser',
    resolve: { alias },
    external: [/^node:/, ...builtinModules],
    // Only tfjs does something by being loaded: it registers its kernels.
    treeshake: { moduleSideEffects: (id) => /tfjs-(core|backend-wasm)/.test(id) },
    plugins: [
      {
        name: 'engines-for-browser',
        resolveId: (source) => (source === '@distillery/tensor' ? '\0engines' : null),
        load: (id) => (id === '\0engines' ? enginesForBrowser(libFolder('tensor')) : null),
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'iife', name: 'DistilleryStudent', minify: true, globals: () => '({})' });
  await bundle.close();
  const wasm = await readFile(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm'));
  return `${output[0].code}\nDistilleryStudent.wasm = "${wasm.toString('base64')}";\n`;
}
