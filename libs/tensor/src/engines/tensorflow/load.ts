import { registerBackend } from '@tensorflow/tfjs-core';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { UserError } from '../../user-error';
import { findAddon, SHARED_PACKAGES, type Addon } from './addon';
import type { Binding, TensorflowBackend } from './binding';
import { tensorflowEnvironment } from './environment';
import type { TensorflowFacts } from './facts';

const requireHere = createRequire(__filename);

export const BACKEND = 'tensorflow';

export interface LoadedTensorflow extends TensorflowFacts {
  readonly addon: Addon;
}

let loaded: LoadedTensorflow | undefined;

/** TensorFlow in this process and tfjs' backend on it, which are loaded once. Throws UserError if there is no addon, or it cannot be loaded. */
export function loadTensorflow(): LoadedTensorflow {
  return (loaded ??= load(findAddon()));
}

/** What is loaded already; undefined: nothing. */
export function loadedTensorflow(): LoadedTensorflow | undefined {
  return loaded;
}

function load(addon: Addon): LoadedTensorflow {
  Object.assign(process.env, tensorflowEnvironment());
  const requireThere = createRequire(join(addon.folder, 'package.json'));
  restoreUtil();
  try {
    sharePackages(requireThere);
    const binding = requireThere(addon.binding) as Binding;
    const { NodeJSKernelBackend } = requireThere('./dist/nodejs_kernel_backend.js') as {
      NodeJSKernelBackend: new (binding: Binding, name: string) => TensorflowBackend;
    };
    registerBackend(BACKEND, () => new NodeJSKernelBackend(binding, (requireThere('./package.json') as { name: string }).name));
    requireThere('./dist/register_all_kernels.js');
    return { addon, tensorflow: binding.TF_Version, usesCard: binding.isUsingGpuDevice() };
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0];
    throw new UserError(`engine 'tensorflow': its addon cannot be loaded: ${reason}`);
  }
}

function sharePackages(requireThere: NodeJS.Require): void {
  const core = requireHere.resolve('@tensorflow/tfjs-core');
  requireHere(core);
  for (const name of SHARED_PACKAGES) requireThere.cache[requireThere.resolve(name)] = requireHere.cache[core];
}

/** The package's scripts ask of `util` what Node 22 warns of, and what Node 23 has taken away. */
function restoreUtil(): void {
  const shared = requireHere('node:util') as Record<string, unknown>;
  shared['isArray'] = Array.isArray;
  shared['isNullOrUndefined'] = (value: unknown): boolean => value === null || value === undefined;
}
