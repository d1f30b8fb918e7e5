import { join } from 'node:path';
import { UserError } from '@distillery/tensor';
import type { Command } from 'commander';
import { checkWatched, otherResults, reportMovements } from '../against';
import { dataOption, outOption } from '../arguments';
import { foldersIn } from '../folders';
import { print, warn } from '../output';
import { RunFailed } from '../errors';
import { knownPapers, papersOption } from '../papers/papers-option';
import { leftOut, storedResults, writeMarkdown, writeReport } from '../write-report';

interface ReportCommandOptions {
  readonly out: string;
  readonly data?: string;
  readonly markdown?: boolean;
  readonly papers: string[];
  readonly against?: string;
  readonly watch: string[];
}

/** `distillery report`: the HTML from the stored results, without training. */
export function addReport(program: Command): void {
  program
    .command('report')
    .description('rebuild the HTML report from the stored results, without training')
    .addOption(papersOption())
    .addOption(dataOption())
    .addOption(outOption())
    .option('--markdown', 'also write RESULTS.md, and the table of README.md, in the output folder')
    .option(
      '--against <dir>',
      'set the results against others on a page of their own: a folder with reports/results/, or the results themselves',
    )
    .option(
      '--watch <claim>',
      'with --against: fail if this claim moved beyond its earlier 95 % interval; an id, in which * stands for any text; may be repeated',
      (claim: string, all: string[]) => [...all, claim],
      [] as string[],
    )
    .action(report);
}

async function report({ out, data, markdown, papers: modules, against, watch }: ReportCommandOptions): Promise<void> {
  const folders = foldersIn(out);
  const { papers } = await knownPapers(modules);
  if (against === undefined && watch.length > 0) throw new UserError('--watch: expected --against DIR with it');
  checkWatched(papers, watch);
  const before = against === undefined ? null : await otherResults(against, papers);
  const { files, unreadable } = await writeReport(folders, papers, {
    data,
    against: before && { name: against as string, results: before },
  });
  if (markdown && unreadable.length === 0) files.push(...(await writeMarkdown(out, folders, papers)));
  print(`${files.length} files written; open ${join(folders.reports, 'index.html')}`);
  if (unreadable.length > 0) {
    // The first stands in the last line.
    warn(...unreadable.slice(1));
    throw new RunFailed(leftOut(unreadable));
  }
  if (before) reportMovements(papers, await storedResults(folders.results, papers), before, watch);
}
