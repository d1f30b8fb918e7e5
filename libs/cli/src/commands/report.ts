import { join } from 'node:path';
import type { Command } from 'commander';
import { dataOption, outOption } from '../arguments';
import { foldersIn } from '../folders';
import { print } from '../output';
import { knownPapers, papersOption } from '../papers/papers-option';
import { writeMarkdown, writeReport } from '../write-report';

/** `distillery report`: the HTML from the stored results, without training. */
export function addReport(program: Command): void {
  program
    .command('report')
    .description('rebuild the HTML report from the stored results, without training')
    .addOption(papersOption())
    .addOption(dataOption())
    .addOption(outOption())
    .option('--markdown', 'also write RESULTS.md, and the table of README.md, in the output folder')
    .action(async ({ out, data, markdown, papers: modules }: { out: string; data?: string; markdown?: boolean; papers: string[] }) => {
      const folders = foldersIn(out);
      const { papers } = await knownPapers(modules);
      const files = await writeReport(folders, papers, data);
      if (markdown) files.push(...(await writeMarkdown(out, folders, papers)));
      print(`${files.length} files written; open ${join(folders.reports, 'index.html')}`);
    });
}
