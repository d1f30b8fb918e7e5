import { setBackend } from '@tensorflow/tfjs-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { UserError } from '../user-error';
import type { EngineDriver } from './driver';

const requireHere = createRequire(__filename);

/** The first is preferred: it is the second with CUDA. */
const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

function manifest(name: string): { readonly name: string; readonly version: string } | null {
  try {
    return JSON.parse(readFileSync(requireHere.resolve(`${name}/package.json`), 'utf8')) as { name: string; version: string };
  } catch {
    return null;
  }
}

function installed(): { readonly name: string; readonly version: string } {
  // Under an alias another package can answer to the name.
  const found = PACKAGES.map((name) => ({ name, manifest: manifest(name) })).find(
    (candidate) => candidate.manifest?.name === candidate.name,
  );
  if (!found?.manifest) {
    throw new UserError(`engine 'tensorflow': not installed, run: npm install --no-save ${PACKAGES[0]} (CUDA) or ${PACKAGES[1]} (CPU)`);
  }
  return found.manifest;
}

/** TensorFlow's own C++ kernels through tfjs-node, on CUDA where the machine has it. An optional package, loaded on first use. */
export const tensorflow: EngineDriver = {
  backend: 'tensorflow',
  version: () => {
    const { name, version } = installed();
    return `${name.replace('@tensorflow/', '')} ${version}`;
  },
  async start() {
    const { name } = installed();
    // TensorFlow logs what it finds of the machine to stderr unless told not to.
    process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
    try {
      requireHere(name);
    } catch (error) {
      const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0];
      throw new UserError(`engine 'tensorflow': ${name} is installed but cannot be loaded: ${reason}`);
    }
    await setBackend('tensorflow');
  },
};
