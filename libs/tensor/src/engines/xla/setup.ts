import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolders } from '../../make-folders';
import { UserError } from '../../user-error';
import { pip } from '../pip';
import { pluginIn, setupFolder, type FoundPlugin } from './find-plugin';
import type { XlaPlatform } from './platforms';

/** CUDA's major versions that there are plugins for; the first is preferred. */
export const CUDA_VERSIONS = ['13', '12'] as const;
export type CudaVersion = (typeof CUDA_VERSIONS)[number];

/** The Python packages that bring a plugin. NVIDIA's come with CUDA and cuDNN, ROCm's use the system's ROCm. */
function packagesFor(platform: XlaPlatform, cuda: CudaVersion): string[] {
  if (platform === 'cpu') return ['xla-cpu-pjrt'];
  return platform === 'cuda' ? [`jax-cuda${cuda}-plugin[with-cuda]`] : ['jax-rocm7-pjrt'];
}

/** What `setupXla` did. */
export interface XlaSetup {
  readonly plugin: FoundPlugin;
  readonly folder: string;
  /** False if it was there already. */
  readonly fetched: boolean;
}

/**
 * Fetches a platform's plugin with pip into the user's cache folder, unless it is there. Everything goes to a folder of another name first, so that what is
 * there is whole; pip keeps what it has downloaded, so that an interrupted set-up goes on. `onOutput` gets what pip says. Throws UserError, naming
 * what is missing.
 */
export async function setupXla(
  platform: XlaPlatform,
  options: { readonly cuda?: CudaVersion; readonly onOutput?: (text: string) => void } = {},
): Promise<XlaSetup> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new UserError(`XLA's plugins are made for Linux on x64, this is ${process.platform} on ${process.arch}`);
  }
  const folder = setupFolder(platform);
  const there = pluginIn(folder, platform);
  if (there) return { plugin: there, folder, fetched: false };
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  makeFolders(dirname(part));
  const packages = packagesFor(platform, options.cuda ?? CUDA_VERSIONS[0]);
  await pip(['install', '--target', part, '--no-warn-script-location', ...packages], options.onOutput);
  if (!pluginIn(part, platform))
    throw new UserError(`pip installed ${packages.join(' ')}, but no PJRT plugin for ${platform} came with it`);
  await rm(folder, { recursive: true, force: true });
  await rename(part, folder);
  return { plugin: pluginIn(folder, platform) as FoundPlugin, folder, fetched: true };
}

/** Removes what `setupXla` fetched; false if there was nothing. */
export async function removeXla(platform: XlaPlatform): Promise<boolean> {
  const folder = setupFolder(platform);
  const parts = [folder, `${folder}.part`].filter((path) => existsSync(path));
  await Promise.all(parts.map((path) => rm(path, { recursive: true, force: true })));
  return parts.length > 0;
}
