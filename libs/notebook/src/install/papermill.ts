import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { fileError, makeFolder } from '@distillery/data';

const run = promisify(execFile);

const MODULE = 'distillery_papermill';
const DIST_INFO = `${MODULE}-0.1.0.dist-info`;
const SOURCE = join(__dirname, '..', '..', 'papermill', `${MODULE}.py`);

/** Where an interpreter that has papermill looks for packages. Prints nothing if it has none. */
const ASK = `
import importlib.util, os, site, sysconfig
if importlib.util.find_spec('papermill'):
    folder = sysconfig.get_path('purelib')
    print(folder if os.access(folder, os.W_OK) else site.getusersitepackages())
`;

/** Interpreters that may run papermill: the environment's own; else the one that `papermill` on PATH names in its first line, then those on PATH. */
function interpreters(prefix?: string): string[] {
  if (prefix !== undefined) return [join(prefix, 'bin', 'python'), join(prefix, 'Scripts', 'python.exe')].filter(existsSync);
  const script = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'papermill'))
    .find(existsSync);
  const named = script === undefined ? undefined : /^#!(\S*python\S*)/.exec(readFileSync(script, 'latin1'))?.[1];
  return [...(named === undefined ? [] : [named]), 'python3', 'python'];
}

/** The folder of packages of the Python that runs papermill, or null if none does. */
async function papermillPackages(prefix?: string): Promise<string | null> {
  for (const python of interpreters(prefix)) {
    const folder = await run(python, ['-c', ASK]).then(
      ({ stdout }) => stdout.trim(),
      () => '',
    );
    if (folder !== '') return folder;
  }
  return null;
}

/**
 * Teaches papermill our kernel's parameters (`papermill -p`): it knows no TypeScript by itself, and loads what packages beside it announce. Returns the file,
 * or null if no papermill is found. Throws UserError if it cannot be written.
 */
export async function installTranslator(prefix?: string): Promise<string | null> {
  const folder = await papermillPackages(prefix);
  return folder === null ? null : writeTranslator(folder);
}

/** Writes the translator as an installed package of a folder on Python's path. */
export async function writeTranslator(folder: string): Promise<string> {
  const info = join(folder, DIST_INFO);
  const files = {
    METADATA:
      'Metadata-Version: 2.1\nName: distillery-papermill\nVersion: 0.1.0\nSummary: Parameters of notebooks on the Distillery kernel\n',
    INSTALLER: 'distillery\n',
    'entry_points.txt': `[papermill.engine]\ndistillery = ${MODULE}:DistilleryEngine\n`,
    // What `pip uninstall` removes.
    RECORD: [`${MODULE}.py`, ...['METADATA', 'INSTALLER', 'entry_points.txt', 'RECORD'].map((name) => `${DIST_INFO}/${name}`)]
      .map((path) => `${path},,\n`)
      .join(''),
  };
  const module = join(folder, `${MODULE}.py`);
  try {
    makeFolder(info);
    await copyFile(SOURCE, module);
    for (const [name, text] of Object.entries(files)) await writeFile(join(info, name), text);
  } catch (error) {
    throw fileError('write', module, error);
  }
  return module;
}

/** Removes what `installTranslator` left; returns the file, or null if there was none. */
export async function uninstallTranslator(prefix?: string): Promise<string | null> {
  const folder = await papermillPackages(prefix);
  const module = folder === null ? null : join(folder, `${MODULE}.py`);
  if (folder === null || module === null || !existsSync(module)) return null;
  await rm(module);
  await rm(join(folder, DIST_INFO), { recursive: true, force: true });
  return module;
}
