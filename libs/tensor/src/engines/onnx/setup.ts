import { existsSync } from 'node:fs';
import { cp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { makeFolders } from '../../make-folders';
import { UserError } from '../../user-error';
import { downloadWheel, pip } from '../pip';
import { unpackWheel } from '../unpack-wheel';
import {
  cudaRuntimeFolder,
  cudaRuntimeProblem,
  installedPackage,
  nativeFolder,
  PROVIDER_FILES,
  runtimeCopy,
  type InstalledPackage,
} from './cuda-runtime';

/** What `setupOnnxCuda` did. */
export interface OnnxCudaSetup {
  /** Of onnxruntime. */
  readonly version: string;
  readonly folder: string;
  /** False if it was there already. */
  readonly fetched: boolean;
}

/**
 * Makes a copy of onnxruntime-node with the CUDA provider from PyPI's onnxruntime-gpu of the same version, and CUDA's libraries beside it, in the user's cache
 * folder, unless it is there. Everything is made in a folder of another name first, so that what is there is whole; pip keeps what it has downloaded, so that an
 * interrupted set-up goes on. `onOutput` gets what pip says. Throws UserError, naming what is missing.
 */
export async function setupOnnxCuda({ onOutput }: { readonly onOutput?: (text: string) => void } = {}): Promise<OnnxCudaSetup> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new UserError(`onnxruntime's CUDA libraries are fetched for Linux on x64 only, this is ${process.platform} on ${process.arch}`);
  }
  const folder = cudaRuntimeFolder();
  const runtime = installedPackage('onnxruntime-node');
  if (cudaRuntimeProblem() === null) return { version: runtime.version, folder, fetched: false };
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  makeFolders(dirname(part));
  const wheels = join(part, 'wheels');
  const cuda = await unpackProvider(await downloadWheel(`onnxruntime-gpu==${runtime.version}`, wheels, onOutput), part);
  await rm(wheels, { recursive: true });
  await pip(['install', '--target', part, '--no-warn-script-location', ...cuda], onOutput);
  await copyRuntime(runtime, part);
  await rm(folder, { recursive: true, force: true });
  await rename(part, folder);
  return { version: runtime.version, folder, fetched: true };
}

/** Removes what `setupOnnxCuda` fetched; false if there was nothing. */
export async function removeOnnxCuda(): Promise<boolean> {
  const parts = [cudaRuntimeFolder(), `${cudaRuntimeFolder()}.part`].filter((path) => existsSync(path));
  await Promise.all(parts.map((path) => rm(path, { recursive: true, force: true })));
  return parts.length > 0;
}

const inWheel = (name: string): string => `onnxruntime/capi/${name}`;

/** Takes the CUDA provider out of a wheel of onnxruntime-gpu. Returns the Python packages that bring the libraries it needs. Throws UserError if the wheel is none. */
export function unpackProvider(wheel: string, folder: string): Promise<string[]> {
  return unpackWheel(wheel, folder, {
    title: 'onnxruntime-gpu',
    files: `onnxruntime/capi/(${PROVIDER_FILES.join('|')})`,
    wanted: PROVIDER_FILES.map(inWheel),
    extras: ['cuda', 'cudnn'],
  });
}

/** onnxruntime looks for providers beside itself: a copy of it, so that what npm installed stays as it is. */
async function copyRuntime(runtime: InstalledPackage, root: string): Promise<void> {
  const copy = runtimeCopy(root);
  const native = nativeFolder(runtime.folder);
  // Native files for other systems are larger than all the rest.
  await cp(runtime.folder, copy, { recursive: true, filter: (path) => !path.startsWith(join(runtime.folder, 'bin')) });
  await cp(native, nativeFolder(copy), { recursive: true });
  const common = installedPackage('onnxruntime-common', createRequire(join(runtime.folder, 'package.json')));
  await cp(common.folder, runtimeCopy(root, 'onnxruntime-common'), {
    recursive: true,
    filter: (path) => !path.slice(common.folder.length).split(sep).includes('node_modules'),
  });
  for (const name of PROVIDER_FILES) await rename(join(root, inWheel(name)), join(nativeFolder(copy), name));
  await rm(join(root, 'onnxruntime'), { recursive: true });
}
