import { basename, join } from 'node:path';
import { findDataDir, writeFileAtomic } from '@distillery/data';
import type { Tier } from '@distillery/lab';
import { NotebookError, runNotebookFile, type Notebook, type RunNotebookOptions } from '@distillery/notebook';
import { renderNotebook } from '@distillery/report';
import { UserError } from '@distillery/tensor';
import { Option, type Command } from 'commander';
import { dataOption, positiveInteger } from '../arguments';
import { RunFailed } from '../errors';
import { print, warn } from '../output';
import { knownPapers, papersOption } from '../papers/papers-option';
import { tierOption } from '../tier';

interface NotebookOptions {
  readonly tier: Tier;
  readonly data?: string;
  readonly papers: readonly string[];
  readonly out: string;
  readonly timeout?: number;
}

/** `distillery notebook FILE...`: execute headless; write the executed copies and their HTML. */
export function addNotebook(program: Command): void {
  program
    .command('notebook <file...>')
    .description('execute notebooks headless and write the executed copies and their HTML')
    .addOption(tierOption().default('smoke'))
    .addOption(dataOption())
    .addOption(papersOption())
    .addOption(new Option('--out <dir>', 'folder for the executed copies').default(join('reports', 'notebooks')))
    .addOption(new Option('--timeout <seconds>', 'what one cell may take (default: no limit)').argParser(positiveInteger))
    .action(async (files: string[], { tier, data, out, papers, timeout }: NotebookOptions) => {
      requireOwnNames(files);
      // Compiled and checked before a notebook imports them.
      await knownPapers(papers);
      const dataDir = findDataDir(data);
      for (const file of files)
        await execute(file, { tier, dataDir, outDir: out, ...(timeout !== undefined && { timeoutPerCell: timeout }) });
    });
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
  const html = join(options.outDir, `${basename(file, '.ipynb')}.html`);
  const write = async (notebook: Notebook) => writeFileAtomic(html, await renderNotebook(notebook));
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
