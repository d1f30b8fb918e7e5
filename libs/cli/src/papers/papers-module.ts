import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join, resolve } from 'node:path';
import type { PapersModule } from '@distillery/lab';
import { UserError } from '@distillery/tensor';
import { compileProject } from './compile-project';
import { linkPeers, peersOf } from './link-peers';

const JAVASCRIPT = ['.js', '.cjs', '.mjs'];

/**
 * The module that `--papers` names: a folder (a TypeScript project is compiled, if anything in it changed), a JavaScript file, or a package that is installed
 * where the command runs. Throws UserError if there is none.
 */
export async function papersModule(name: string): Promise<PapersModule> {
  const path = resolve(name);
  if (!existsSync(path)) return packageNamed(name);
  if (statSync(path).isDirectory()) return { entry: await entryOfFolder(path, name), from: path };
  if (!JAVASCRIPT.includes(extname(path)))
    throw new UserError(
      `papers module ${name}: expected a JavaScript file (${JAVASCRIPT.join(', ')}), or the folder of a TypeScript project`,
    );
  return { entry: path, from: path };
}

function packageNamed(name: string): PapersModule {
  try {
    return { entry: createRequire(join(process.cwd(), 'papers')).resolve(name), from: name };
  } catch {
    throw new UserError(`papers module ${name}: no such folder, file or installed package`);
  }
}

async function entryOfFolder(folder: string, name: string): Promise<string> {
  linkPeers(folder, peersOf(folder));
  if (existsSync(join(folder, 'tsconfig.json'))) await compileProject(folder, name);
  try {
    return createRequire(join(folder, 'papers')).resolve(folder);
  } catch {
    throw new UserError(
      `papers module ${name}: expected an index.js, or a package.json whose "main" names a JavaScript file that is there`,
    );
  }
}
