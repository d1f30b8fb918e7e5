import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UserError } from '../../user-error';
import { cacheFolder } from '../cache-folder';

const requireHere = createRequire(__filename);

/** What TensorFlow was built for. The second is the first with CUDA. */
export type TensorflowBuild = 'cpu' | 'gpu';

/** The package of tfjs that runs on TensorFlow, by what it was built for. */
export const PACKAGES: Readonly<Record<TensorflowBuild, string>> = {
  cpu: '@tensorflow/tfjs-node',
  gpu: '@tensorflow/tfjs-node-gpu',
};

/**
 * What the packages' scripts get tfjs-core for, from the process that loads them: a second copy would register everything again, and of the first package nothing
 * else is asked.
 */
export const SHARED_PACKAGES = ['@tensorflow/tfjs', '@tensorflow/tfjs-core'] as const;

/** TensorFlow's addon on this machine. */
export interface Addon {
  readonly build: TensorflowBuild;
  /** The folder of the package: its scripts are beside the addon. */
  readonly folder: string;
  /** `tfjs-node 4.22.0` */
  readonly version: string;
  readonly binding: string;
}

/** Where `distillery setup tensorflow` puts what it builds: one build at a time. */
export function setupFolder(): string {
  return join(cacheFolder(), 'tensorflow');
}

/** The package's folder below the one where `distillery setup tensorflow` builds. */
export function packageFolder(root: string, build: TensorflowBuild): string {
  return join(root, 'node_modules', PACKAGES[build]);
}

/**
 * The addon that `distillery setup tensorflow` built, else that of a package which the user has installed. Throws UserError, saying how
 * to get one, if there is none, or one for another Node only.
 */
export function findAddon(): Addon {
  const builds = ['gpu', 'cpu'] as const;
  const [first] = [
    ...builds.map((build) => ({ build, folder: packageFolder(setupFolder(), build) })),
    ...builds.map((build) => ({ build, folder: installedFolder(PACKAGES[build]) })),
  ].filter(({ build, folder }) => folder !== null && isTfjs(folder, PACKAGES[build]));
  if (!first) {
    throw new UserError(
      `engine 'tensorflow': not installed, run: distillery setup tensorflow (for the processor, or --gpu for an NVIDIA card)`,
    );
  }
  return addonIn(first.folder as string, first.build);
}

/** The addon of a package's folder. Throws UserError if it was not built, or for another Node. */
export function addonIn(folder: string, build: TensorflowBuild): Addon {
  const name = PACKAGES[build];
  const versions = builtVersions(join(folder, 'lib'));
  const offered = Number(process.versions.napi);
  const fitting = versions.filter((version) => version <= offered).sort((a, b) => a - b);
  const best = fitting.at(-1);
  if (best === undefined) {
    const problem =
      versions.length === 0
        ? `${name} is there, but its addon was not built`
        : `${name}'s addon was built for another Node (Node-API ${versions.join(', ')}; Node ${process.version} has ${offered})`;
    throw new UserError(`engine 'tensorflow': ${problem}; run: distillery setup tensorflow${build === 'gpu' ? ' --gpu' : ''}`);
  }
  const version = `${name.replace('@tensorflow/', '')} ${manifest(folder)?.version}`;
  return { build, folder, version, binding: join(folder, 'lib', `napi-v${best}`, 'tfjs_binding.node') };
}

/** Versions of Node-API that addons in a package's `lib` were built for. */
function builtVersions(folder: string): number[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'tfjs_binding.node')))
    .flatMap((name) => (/^napi-v(\d+)$/.exec(name) ?? []).slice(1).map(Number));
}

function installedFolder(name: string): string | null {
  try {
    return dirname(requireHere.resolve(`${name}/package.json`));
  } catch {
    return null;
  }
}

/** Not what stands in for the package in this repository, see tools/tfjs-node. */
function isTfjs(folder: string, name: string): boolean {
  const found = manifest(folder);
  return found?.name === name && !found.private;
}

/** A package's manifest: under an alias another package can answer to the name. */
function manifest(folder: string): Manifest | null {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  } catch {
    return null;
  }
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
}
