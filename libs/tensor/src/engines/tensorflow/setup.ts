import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { version_core as tfjsVersion } from '@tensorflow/tfjs-core';
import { makeFolders } from '../../make-folders';
import { UserError } from '../../user-error';
import { addonIn, packageFolder, PACKAGES, setupFolder, SHARED_PACKAGES, type Addon, type TensorflowBuild } from './addon';
import { compileAddon, findCompiler } from './compile-addon';
import { fetchPackage } from './npm-package';
import { fetchLibrary } from './wheel';

/** What `setupTensorflow` did. */
export interface TensorflowSetup {
  readonly addon: Addon;
  readonly folder: string;
  /** False if it was there already. */
  readonly built: boolean;
}

/**
 * Builds the addon of tfjs-node against the C library in TensorFlow's current wheel, in the user's cache folder, unless it is there; a build of the other kind is
 * replaced. Everything is made in a folder of another name first, so that what is there is whole; pip and npm keep what they have downloaded, so that an interrupted
 * set-up goes on. `onOutput` gets what the tools say. Throws UserError, naming what is missing.
 */
export async function setupTensorflow(
  build: TensorflowBuild,
  { onOutput }: { readonly onOutput?: (text: string) => void } = {},
): Promise<TensorflowSetup> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new UserError(`TensorFlow's addon is built on Linux on x64 only, this is ${process.platform} on ${process.arch}`);
  }
  const folder = setupFolder();
  const there = builtIn(folder, build);
  if (there) return { addon: there, folder, built: false };
  const compiler = await findCompiler();
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  makeFolders(dirname(part));
  const source = packageFolder(part, build);
  // The addon's scripts are made for one version of tfjs.
  await fetchPackage(`${PACKAGES[build]}@${tfjsVersion}`, source, onOutput);
  await fetchPackage('google-protobuf@3', join(part, 'node_modules', 'google-protobuf'), onOutput);
  await fetchPackage('node-api-headers@1', join(part, 'headers'), onOutput);
  await writeSharedPackages(part);
  await fetchLibrary(build, part, onOutput);
  await compileAddon({ compiler, root: part, source, headers: join(part, 'headers', 'include') }, onOutput);
  const needless = ['headers', 'wheels', join('tensorflow', 'include')];
  await Promise.all(needless.map((name) => rm(join(part, name), { recursive: true, force: true })));
  await rm(folder, { recursive: true, force: true });
  await rename(part, folder);
  return { addon: addonIn(packageFolder(folder, build), build), folder, built: true };
}

/** Removes what `setupTensorflow` built; false if there was nothing. */
export async function removeTensorflow(): Promise<boolean> {
  const parts = [setupFolder(), `${setupFolder()}.part`].filter((path) => existsSync(path));
  await Promise.all(parts.map((path) => rm(path, { recursive: true, force: true })));
  return parts.length > 0;
}

function builtIn(folder: string, build: TensorflowBuild): Addon | null {
  try {
    return addonIn(packageFolder(folder, build), build);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** The addon's scripts find tfjs by its name; whoever loads them gives them the copy that it has. */
async function writeSharedPackages(root: string): Promise<void> {
  for (const name of SHARED_PACKAGES) {
    const folder = join(root, 'node_modules', name);
    makeFolders(folder);
    await writeFile(join(folder, 'index.js'), `throw new Error('${name} is given by the program that loads these scripts');\n`);
  }
}
