import { join } from 'node:path';
import type { Command } from 'commander';
import { outOption } from '../arguments';
import { foldersIn } from '../folders';
import { print } from '../output';
import { writeMarkdown, writeReport } from '../write-report';

/** `distillery report`: the HTML from the stored results, without training. */
export function addReport(program: Command): void {
  program
    .command('report')
    .description('rebuild the HTML report from the stored results, without training')
    .addOption(outOption())
    .option('--markdown', 'also write RESULTS.md, and the table of README.md, in the output folder')
    .action(async ({ out, markdown }: { out: string; markdown?: boolean }) => {
      const folders = foldersIn(out);
      const files = await writeReport(folders);
      if (markdown) files.push(...(await writeMarkdown(out, folders)));
      print(`${files.length} files written; open ${join(folders.reports, 'index.html')}`);
    });
}
