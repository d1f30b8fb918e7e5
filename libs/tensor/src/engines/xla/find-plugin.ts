import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { UserError } from '../../user-error';
import { cacheFolder } from '../cache-folder';
import { PLATFORMS, type XlaPlatform } from './platforms';

/** A plugin on this machine and where it is from. */
export interface FoundPlugin {
  readonly path: string;
  /** `jax-cuda13-pjrt 0.11.2`, or the file's name where no Python package tells. */
  readonly version: string;
}

/** Where `distillery setup xla` puts the packages for a platform. */
export function setupFolder(platform: XlaPlatform): string {
  return join(cacheFolder(), `xla-${platform}`);
}

const found = new Map<string, FoundPlugin | null>();

/**
 * The plugin for a platform: what DISTILLERY_PJRT names, else what `distillery setup xla` fetched, else what the active Python environment has. Throws UserError,
 * saying how to get one, if there is none.
 */
export function findPlugin(platform: XlaPlatform): FoundPlugin {
  const given = process.env['DISTILLERY_PJRT'];
  if (given && isMeantFor(platform, given)) {
    if (!existsSync(given)) throw new UserError(`engine 'xla:${platform}': DISTILLERY_PJRT names ${given}, which does not exist`);
    return { path: given, version: packageOf(given) ?? basename(given) };
  }
  if (!found.has(platform)) found.set(platform, search(platform));
  const plugin = found.get(platform);
  if (!plugin) {
    throw new UserError(
      `engine 'xla:${platform}': no PJRT plugin found; run: distillery setup xla --${platform}, or set DISTILLERY_PJRT to a plugin's file`,
    );
  }
  return plugin;
}

/** Files of plugins are called by their platforms; one that is not may be for any. */
function isMeantFor(platform: XlaPlatform, path: string): boolean {
  const named = Object.keys(PLATFORMS).filter((each) => basename(path).includes(each));
  return named.length === 0 || named.includes(platform);
}

function search(platform: XlaPlatform): FoundPlugin | null {
  // Asking Python takes a while.
  const fetched = pluginIn(setupFolder(platform), platform);
  return fetched ?? pythonFolders().reduce<FoundPlugin | null>((known, folder) => known ?? pluginIn(folder, platform), null);
}

/** The plugin for a platform that Python packages put into a folder; null if there is none. */
export function pluginIn(folder: string, platform: XlaPlatform): FoundPlugin | null {
  const path = PLATFORMS[platform].files.flatMap((pattern) => matches(folder, pattern)).at(-1);
  return path === undefined ? null : { path, version: packageOf(path) ?? basename(path) };
}

/** Files below a folder whose path matches a pattern, in ascending order. */
function matches(folder: string, pattern: string): string[] {
  return pattern.split('/').reduce<string[]>(
    (paths, part) => {
      if (!part.includes('*')) return paths.map((path) => join(path, part)).filter((path) => existsSync(path));
      const [start, end] = part.split('*') as [string, string];
      return paths.flatMap((path) =>
        readdirSync(path)
          .filter((name) => name.startsWith(start) && name.endsWith(end))
          .sort()
          .map((name) => join(path, name)),
      );
    },
    existsSync(folder) ? [folder] : [],
  );
}

/** Where the active Python environment keeps packages: a virtual environment's own folder, else what its interpreter says. */
function pythonFolders(): string[] {
  const environment = process.env['VIRTUAL_ENV'] ?? process.env['CONDA_PREFIX'];
  if (environment) return matches(environment, 'lib/python*/site-packages');
  const script = 'import sysconfig; print(sysconfig.get_paths()["purelib"]); print(sysconfig.get_paths()["platlib"])';
  const { status, stdout } = spawnSync('python3', ['-c', script], { encoding: 'utf8', timeout: 10_000 });
  return status === 0 ? [...new Set(stdout.trim().split('\n'))] : [];
}

/** Name and version of the Python package that a file was installed by. */
function packageOf(path: string): string | null {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    for (const name of existsSync(folder) ? readdirSync(folder).filter((entry) => entry.endsWith('.dist-info')) : []) {
      const record = join(folder, name, 'RECORD');
      const line = `${relative(folder, path).split(sep).join('/')},`;
      if (existsSync(record) && `\n${readFileSync(record, 'utf8')}`.includes(`\n${line}`)) {
        const [title, version] = name.replace('.dist-info', '').split('-') as [string, string];
        return `${title.replaceAll('_', '-')} ${version}`;
      }
    }
  }
  return null;
}
