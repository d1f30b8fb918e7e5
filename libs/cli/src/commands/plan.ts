import { findDataDir } from '@distillery/data';
import { defaultDatasets, plannedRuns, type PlannedRun, type Tier } from '@distillery/lab';
import type { Command } from 'commander';
import { dataOption, engineOption, jsonOption, seedsOption, tableOption, type PlanArguments } from '../arguments';
import { chooseEngine } from '../engine';
import { print, printJsonArray, printRows } from '../output';
import { knownPapers, papersNamed, papersOption } from '../papers/papers-option';
import { tierOption } from '../tier';

interface PlanCommandOptions extends PlanArguments {
  readonly tier: Tier;
  readonly json: boolean;
}

/** `distillery plan`: the runs an experiment consists of, for a scheduler. */
export function addPlan(program: Command): void {
  program
    .command('plan [paper...]')
    .description('list the runs that the experiments consist of')
    .addOption(tierOption().makeOptionMandatory())
    .addOption(tableOption())
    .addOption(seedsOption())
    .addOption(engineOption())
    .addOption(dataOption())
    .addOption(papersOption())
    .addOption(jsonOption())
    .action(async (ids: string[], options: PlanCommandOptions) => {
      const { tier, table, seeds, json } = options;
      const { name: engine } = await chooseEngine(options.engine);
      const { papers } = await knownPapers(options.papers);
      const named = papersNamed(ids, papers);
      const datasets = defaultDatasets(tier, findDataDir(options.data));
      const runs = (): Generator<PlannedRun> => plannedRuns(named, tier, { table, seeds, engine, datasets });
      if (json) return printJsonArray(runs());
      // Twice, so that a million runs need not be kept: the first time for the widths of the columns.
      const head = ['stage', 'run', 'steps', 'starts from', 'shown in'];
      const widths = head.map(({ length }) => length);
      let count = 0;
      for (const run of runs()) {
        count++;
        for (const [i, { length }] of row(run).entries()) widths[i] = Math.max(widths[i] as number, length);
      }
      const rows = function* (): Generator<string[]> {
        yield head;
        for (const run of runs()) yield row(run);
      };
      await printRows(rows(), widths);
      print(`${count} runs; perform one with: npx distillery run ID`);
    });
}

function row({ stage, id, spec, needs, experiments }: PlannedRun): string[] {
  return [String(stage), id, String(spec.recipe.schedule.steps), needs.join(', ') || '-', experiments.join(', ') || '-'];
}
