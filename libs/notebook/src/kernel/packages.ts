import { existsSync } from 'node:fs';
import Module from 'node:module';
import { basename, delimiter, dirname, join, sep } from 'node:path';
import * as ts from '@tslab/typescript-for-tslab';

/** Where this library's folder lies in another: `libs` in the repository, else a scope in `node_modules`. */
const ABOVE = join(__dirname, '..', '..', '..', '..');

/** The `node_modules` in which this project's packages stand. */
export const OWN_PACKAGES = basename(ABOVE) === 'node_modules' ? ABOVE : join(ABOVE, 'node_modules');

/**
 * Lets cells import this project's packages from any folder: what the folder has itself, or a folder above it, comes first. `require` finds them by NODE_PATH; the
 * compiler, which knows no such path, by what its file system shows below the folder's `node_modules`.
 */
export function offerOwnPackages(cwd: string): void {
  process.env['NODE_PATH'] = [process.env['NODE_PATH'], OWN_PACKAGES].filter(Boolean).join(delimiter);
  (Module as unknown as { _initPaths(): void })._initPaths();
  const prefix = `${join(cwd, 'node_modules').replaceAll(sep, '/')}/`;
  const known = new Map<string, boolean>();
  const isMissing = (name: string): boolean => {
    let missing = known.get(name);
    if (missing === undefined)
      known.set(name, (missing = !foldersAbove(cwd).some((folder) => existsSync(join(folder, 'node_modules', name)))));
    return missing;
  };
  const forward = (path: string): string => {
    if (!path.startsWith(prefix)) return path;
    const rest = path.slice(prefix.length);
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(rest)?.[0];
    if (name === undefined || !isMissing(name)) return path;
    return join(OWN_PACKAGES, rest);
  };
  const { sys } = ts;
  const { fileExists, directoryExists, getDirectories, readFile, realpath } = sys;
  sys.fileExists = (path) => fileExists(forward(path));
  sys.directoryExists = (path) => directoryExists(forward(path));
  // How the types of Node are found.
  sys.getDirectories = (path) => getDirectories(forward(path));
  sys.readFile = (path, encoding) => readFile(forward(path), encoding);
  if (realpath) sys.realpath = (path) => realpath(forward(path));
}

function foldersAbove(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersAbove(above)];
}
