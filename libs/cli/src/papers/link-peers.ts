import { existsSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolders, UserError } from '@distillery/tensor';

/**
 * Links the packages that a folder expects of its host (its peer dependencies), and their commands, from this installation into the folder's `node_modules`,
 * as `npm link` does: two copies of a library that keeps state, such as tfjs, would not know each other's tensors. What the folder finds by itself, as one
 * inside this repository finds everything, is left alone. Throws UserError where nothing can be linked.
 */
export function linkPeers(folder: string, peers: readonly string[]): void {
  for (const name of peers.filter((peer) => findPackage(peer, realpathSync(folder)) === null)) {
    const here = findPackage(name, __dirname);
    if (here === null) continue;
    link(here, join(folder, 'node_modules', name));
    for (const [command, program] of Object.entries(commandsOf(here)))
      link(join(here, program), join(folder, 'node_modules', '.bin', command));
  }
}

/** What the package in a folder expects of whoever uses it; nothing where the folder is no package. Throws UserError for a damaged package.json. */
export function peersOf(folder: string): string[] {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return [];
  try {
    const { peerDependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly peerDependencies?: object };
    return Object.keys(peerDependencies);
  } catch (error) {
    throw new UserError(`${manifest} is no package.json: ${(error as Error).message}`);
  }
}

/** Where Node finds a package from a folder; null: nowhere. */
function findPackage(name: string, folder: string): string | null {
  const here = join(folder, 'node_modules', name);
  if (existsSync(join(here, 'package.json'))) return here;
  const above = dirname(folder);
  return above === folder ? null : findPackage(name, above);
}

/** The programs of a package by the command that starts them. */
function commandsOf(folder: string): Readonly<Record<string, string>> {
  const { name, bin = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  return typeof bin === 'string' ? { [name.split('/').at(-1) as string]: bin } : bin;
}

interface Manifest {
  readonly name: string;
  readonly bin?: string | Readonly<Record<string, string>>;
}

function link(target: string, path: string): void {
  try {
    makeFolders(dirname(path));
    symlinkSync(target, path, 'junction');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another process may be linking the same.
    if (code !== 'EEXIST') throw new UserError(`${path}: cannot be linked to ${target} (${code})`);
  }
}
