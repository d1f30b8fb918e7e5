import { existsSync, readdirSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { makeFolder } from '@distillery/data';

/** Where this project's own notebooks are: those of the repository, for an installed command the copies that came with it. */
const [OWN_NOTEBOOKS, ARE_COPIES] = ((): [string, boolean] => {
  const repository = join(__dirname, '..', '..', '..', 'notebooks');
  return existsSync(repository) ? [repository, false] : [join(__dirname, 'notebooks'), true];
})();

/** Where notebooks are worked with from an installed command: what a notebook makes lies beside this folder. */
const WORKING_FOLDER = 'notebooks';

/** This project's notebooks by name: `csd`, `tour`. */
export function ownNotebooks(): string[] {
  return readdirSync(OWN_NOTEBOOKS)
    .filter((file) => extname(file) === '.ipynb')
    .map((file) => basename(file, '.ipynb'));
}

/**
 * One of this project's notebooks where it can be worked with: in the repository itself; for an installed command in `notebooks/` of the current folder, where a
 * copy is made unless there is one. null: there is none of that name. Throws UserError if the folder cannot be written.
 */
export async function ownNotebook(name: string): Promise<string | null> {
  if (!ownNotebooks().includes(name)) return null;
  const original = join(OWN_NOTEBOOKS, `${name}.ipynb`);
  if (!ARE_COPIES) return original;
  const path = join(WORKING_FOLDER, `${name}.ipynb`);
  makeFolder(WORKING_FOLDER);
  if (!existsSync(path)) await copyFile(original, path);
  return path;
}

/** The folder with all of this project's notebooks to be worked with, see `ownNotebook`. */
export async function ownNotebooksFolder(): Promise<string> {
  if (!ARE_COPIES) return OWN_NOTEBOOKS;
  for (const name of ownNotebooks()) await ownNotebook(name);
  return WORKING_FOLDER;
}
