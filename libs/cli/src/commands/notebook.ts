import { existsSync } from 'node:fs';
import { basename, extname, join, relative, resolve, sep } from 'node:path';
import { findDataDir, writeFileAtomic } from '@distillery/data';
import type { Tier } from '@distillery/lab';
import type { Notebook, RunNotebookOptions } from '@distillery/notebook';
import { renderNotebook } from '@distillery/report';
import { UserError } from '@distillery/tensor';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { dataOption, positiveInteger } from '../arguments';
import { RunFailed } from '../errors';
import { notebookLibrary } from '../notebook-library';
import { print, warn } from '../output';
import { ownNotebook, ownNotebooks } from '../own-notebooks';
import { knownPapers, papersOption } from '../papers/papers-option';
import { tierOption } from '../tier';

interface NotebookOptions {
  readonly tier?: Tier;
  readonly set: Readonly<Record<string, string>>;
  readonly data?: string;
  readonly papers: readonly string[];
  readonly out: string;
  readonly timeout?: number;
}

/** `distillery notebook NAME...`: execute headless; write the executed copies and their HTML. */
export function addNotebook(program: Command): void {
  program
    .command('notebook <name...>')
    .description('execute notebooks headless, files or by name (csd), and write the executed copies and their HTML')
    .addOption(tierOption())
    .addOption(
      new Option('--set <name=value>', 'a parameter of the notebook, as often as wanted').argParser(assignment).default({}, 'none'),
    )
    .addOption(dataOption())
    .addOption(papersOption())
    .addOption(new Option('--out <dir>', 'folder for the executed copies').default(join('reports', 'notebooks')))
    .addOption(new Option('--timeout <seconds>', 'what one cell may take (default: no limit)').argParser(positiveInteger))
    .action(async (names: string[], { tier, set, data, out, papers, timeout }: NotebookOptions) => {
      const files: string[] = [];
      for (const name of names) files.push(await notebookNamed(name));
      requireOwnNames(files);
      // Compiled and checked before a notebook imports them.
      await knownPapers(papers);
      const dataDir = findDataDir(data);
      const options = { tier, set: pathsFromHere(set), dataDir, outDir: out, ...(timeout !== undefined && { timeoutPerCell: timeout }) };
      for (const file of files) await execute(file, options);
    });
}

/** The notebook at a path, or one of `notebooks/` by its name. Throws UserError naming those there are. */
async function notebookNamed(name: string): Promise<string> {
  if (existsSync(name) || basename(name) !== name || extname(name) !== '') return name;
  const here = join('notebooks', `${name}.ipynb`);
  const found = existsSync(here) ? here : await ownNotebook(name);
  if (found !== null) return relative('', found);
  throw new UserError(`notebook '${name}': unknown, expected a file, or ${ownNotebooks().join(', ')}`);
}

/** `seed=1`, added to those before. */
function assignment(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('expected NAME=VALUE, such as seed=1.');
  return { ...before, [name]: value };
}

/** Paths on the command line are seen from where it is called; a notebook sees them from its project. */
function pathsFromHere(set: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(set).map(([name, value]) => [name, ['data', 'image'].includes(name) && value !== '' ? resolve(value) : value]),
  );
}

/** Throws UserError if the executed copies of two notebooks would have one name. */
function requireOwnNames(files: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const file of files) {
    // Some file systems take no notice of case.
    const name = basename(file).toLowerCase();
    const other = seen.get(name);
    if (other !== undefined)
      throw new UserError(
        `${other} and ${file}: the copy of one would overwrite the other's; expected two runs with a different --out each`,
      );
    seen.set(name, file);
  }
}

async function execute(file: string, options: Omit<RunNotebookOptions, 'onCell'>): Promise<void> {
  const { NotebookError, runNotebookFile } = await notebookLibrary();
  const html = join(options.outDir, `${basename(file, '.ipynb')}.html`);
  const report = join('reports', 'index.html');
  const seen = existsSync(report) ? { report: relative(options.outDir, report).split(sep).join('/') } : {};
  const write = async (notebook: Notebook) => writeFileAtomic(html, await renderNotebook(notebook, seen));
  try {
    const { path, notebook } = await runNotebookFile(file, {
      ...options,
      onCell: ({ index, cells }) => warn(`${basename(file)}: cell ${index} of ${cells}`),
    });
    await write(notebook);
    print(`${path}`, `${html}`);
  } catch (error) {
    if (!(error instanceof NotebookError)) throw error;
    await write(error.notebook);
    throw new RunFailed(error.message);
  }
}
