import { join } from 'node:path';
import type { Command } from 'commander';
import { outOption } from '../arguments';
import { foldersIn } from '../folders';
import { print } from '../output';
import { writeReport } from '../write-report';

/** `distillery report`: the HTML from the stored results, without training. */
export function addReport(program: Command): void {
  program
    .command('report')
    .description('rebuild the HTML report from the stored results, without training')
    .addOption(outOption())
    .action(async ({ out }: { out: string }) => {
      const folders = foldersIn(out);
      const files = await writeReport(folders);
      print(`${files.length} files written; open ${join(folders.reports, 'index.html')}`);
    });
}
