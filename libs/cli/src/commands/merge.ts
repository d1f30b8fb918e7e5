import { existsSync } from 'node:fs';
import { mergeStore, storeIn, type Merged } from '@distillery/lab';
import { UserError } from '@distillery/tensor';
import type { Command } from 'commander';
import { outOption } from '../arguments';
import { RunFailed } from '../errors';
import { foldersIn } from '../folders';
import { print, warn } from '../output';

/** `distillery merge`: runs and results of machines that share nothing, into one store. */
export function addMerge(program: Command): void {
  program
    .command('merge <dir...>')
    .description('bring runs and results of other machines into this folder, by content; of . itself: its finished runs into its results')
    .option('--results-only', 'bring results, and leave the folders of runs where they are', false)
    .option('--replace', 'what comes in takes the place of what conflicts with it (default: conflicts are refused and named)', false)
    .addOption(outOption())
    .action(async (dirs: string[], { out, resultsOnly, replace }: { out: string; resultsOnly: boolean; replace: boolean }) => {
      const folders = foldersIn(out);
      for (const dir of dirs) if (!existsSync(dir)) throw new UserError(`${dir}: no such folder`);
      const stores = await Promise.all(dirs.map(storeIn));
      const refused: string[] = [];
      for (const [i, store] of stores.entries()) {
        const merged = await mergeStore(store, { runs: resultsOnly ? null : folders.runs, results: folders.results }, { replace });
        print(`${dirs[i]}: ${describe(merged)}`);
        warn(...merged.refused);
        refused.push(...merged.refused);
      }
      if (refused.length > 0) throw new RunFailed(`${refused.length} left out, the first: ${refused[0]}`);
    });
}

function describe({ copied, same, unfinished, written }: Merged): string {
  const files = written.length > 0 ? `results written: ${written.join(', ')}` : 'results as they were';
  const left = unfinished > 0 ? `, ${unfinished} unfinished runs stay there` : '';
  return `${copied} runs copied, ${same} were here already${left}; ${files}`;
}
