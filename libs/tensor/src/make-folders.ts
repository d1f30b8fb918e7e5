import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it that are missing; does nothing if it is there. Throws the file system's error. Node's own recursion never ends where the file
 * system lets nobody make a folder (`/proc/a/b`): it hears that one above is missing, and looks for it for ever.
 */
export function makeFolders(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (isFolder(path)) return;
    const above = dirname(path);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || isFolder(above)) throw error;
    makeFolders(above);
    makeFolders(path);
  }
}

function isFolder(path: string): boolean {
  // What lies below a file, or in a folder that may not be looked into, is none.
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
