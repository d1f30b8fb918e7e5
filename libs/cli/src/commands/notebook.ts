import { basename, join } from 'node:path';
import { findDataDir, writeFileAtomic } from '@distillery/data';
import type { Tier } from '@distillery/lab';
import { NotebookError, runNotebookFile, type Notebook } from '@distillery/notebook';
import { renderNotebook } from '@distillery/report';
import { Option, type Command } from 'commander';
import { dataOption } from '../arguments';
import { RunFailed } from '../errors';
import { print, warn } from '../output';
import { knownPapers, papersOption } from '../papers/papers-option';
import { tierOption } from '../tier';

interface NotebookOptions {
  readonly tier: Tier;
  readonly data?: string;
  readonly papers: readonly string[];
  readonly out: string;
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
    .action(async (files: string[], { tier, data, out, papers }: NotebookOptions) => {
      // Compiled and checked before a notebook imports them.
      await knownPapers(papers);
      const dataDir = findDataDir(data);
      for (const file of files) await execute(file, tier, dataDir, out);
    });
}

async function execute(file: string, tier: Tier, dataDir: string | null, out: string): Promise<void> {
  const html = join(out, `${basename(file, '.ipynb')}.html`);
  const write = async (notebook: Notebook) => writeFileAtomic(html, await renderNotebook(notebook));
  try {
    const { path, notebook } = await runNotebookFile(file, {
      outDir: out,
      tier,
      dataDir,
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
