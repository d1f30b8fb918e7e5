import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '@distillery/data';
import { UserError } from '@distillery/tensor';
import { linkPeers, peersOf } from './link-peers';

/** A paper that compiles and passes its tests, called `my-paper` wherever it names itself; the same from `src` and from `dist`. */
const TEMPLATE = join(__dirname, '..', '..', 'templates', 'paper');

/**
 * Writes a complete paper of that name into a new folder. Throws UserError for a name that cannot be a folder's and an identifier's, for one that a paper has
 * already, and for a folder with something in it.
 */
export function newPaper(name: string, folder: string, taken: readonly string[]): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new UserError(`paper '${name}': expected a name of lower-case letters, digits and dashes, such as my-paper`);
  if (taken.includes(name)) throw new UserError(`paper '${name}': there is one of that name already`);
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new UserError(`${folder}: expected a folder that is not there, or empty`);
  makeFolder(folder);
  for (const file of templateFiles()) {
    const path = join(folder, renamed(file, name));
    makeFolder(dirname(path));
    writeFileSync(path, renamed(readFileSync(join(TEMPLATE, file), 'utf8'), name));
  }
  // A package loses its .gitignore when it is published.
  renameSync(join(folder, 'gitignore'), join(folder, '.gitignore'));
  linkPeers(folder, peersOf(folder));
}

/** Not what is built in the template's folder. */
function templateFiles(): string[] {
  return readdirSync(TEMPLATE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(TEMPLATE.length + 1))
    .filter((file) => !/^(dist|node_modules)\b/.test(file));
}

/** `my-paper` in every spelling: as an id, a variable, a type and a constant. */
function renamed(text: string, name: string): string {
  const words = name.split('-');
  const capitalised = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return text
    .replaceAll('my-paper', name)
    .replaceAll('myPaper', capitalised.charAt(0).toLowerCase() + capitalised.slice(1))
    .replaceAll('MyPaper', capitalised)
    .replaceAll('MY_PAPER', words.join('_').toUpperCase());
}
