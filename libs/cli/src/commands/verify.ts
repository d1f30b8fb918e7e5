import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isFolder } from '@distillery/data';
import { readResults, resultsPapers, runFoldersIn, verifyRun } from '@distillery/lab';
import { UserError } from '@distillery/tensor';
import type { Command } from 'commander';
import { outOption } from '../arguments';
import { RunFailed } from '../errors';
import { foldersIn } from '../folders';
import { print } from '../output';

/** `distillery verify`: what is stored, against the digests that are stored with it. */
export function addVerify(program: Command): void {
  program
    .command('verify [run...]')
    .description('check stored runs (folders such as runs/csd/csd-x4/0-...; default: all, and the results) by their digests')
    .addOption(outOption())
    .action(async (named: string[], { out }: { out: string }) => {
      if (!isFolder(out)) throw new UserError(`--out: ${out} is no folder; expected the one that holds runs/ and reports/`);
      const { runs, results } = foldersIn(out);
      for (const folder of named)
        if (!existsSync(join(folder, 'run.json')))
          throw new UserError(`${folder}: expected the folder of a run, such as runs/csd/csd-x4/0-...`);
      const folders = named.length > 0 ? named : await runFoldersIn(runs);
      const counts = { finished: 0, unfinished: 0, 'in progress': 0 };
      const damage: string[] = [];
      for (const folder of folders) {
        const check = await verifyRun(folder);
        counts[check.state]++;
        print(...check.damage);
        damage.push(...check.damage);
      }
      const files = named.length > 0 ? [] : await resultsPapers(results);
      for (const [tier, paper] of files) {
        const problems = await readResults(results, tier, paper).then(() => [], messageOf);
        print(...problems);
        damage.push(...problems);
      }
      const states = Object.entries(counts).filter(([, count]) => count > 0);
      print(`checked: ${[...states.map(([state, count]) => `${count} runs ${state}`), `${files.length} results files`].join(', ')}`);
      if (damage.length > 0) throw new RunFailed(`${damage.length} damaged, the first: ${damage[0]}`);
    });
}

function messageOf(error: unknown): string[] {
  if (error instanceof UserError) return [error.message];
  throw error;
}
