import { findDataDir } from '@distillery/data';
import { defaultDatasets, plan, type Tier } from '@distillery/lab';
import type { Command } from 'commander';
import { dataOption, engineOption, jsonOption, positiveInteger } from '../arguments';
import { chooseEngine } from '../engine';
import { print, printJson, printTable } from '../output';
import { knownPapers, papersNamed, papersOption } from '../papers/papers-option';
import { tierOption } from '../tier';

interface PlanCommandOptions {
  readonly tier: Tier;
  readonly table?: string;
  readonly seeds?: number;
  readonly engine: string;
  readonly data?: string;
  readonly papers: readonly string[];
  readonly json: boolean;
}

/** `distillery plan`: the runs an experiment consists of, for a scheduler. */
export function addPlan(program: Command): void {
  program
    .command('plan [paper...]')
    .description('list the runs that the experiments consist of')
    .addOption(tierOption().makeOptionMandatory())
    .option('--table <id>', 'only this experiment')
    .option('--seeds <n>', 'number of seeds', positiveInteger)
    .addOption(engineOption())
    .addOption(dataOption())
    .addOption(papersOption())
    .addOption(jsonOption())
    .action(async (ids: string[], options: PlanCommandOptions) => {
      const { tier, table, seeds, json } = options;
      const { name: engine } = await chooseEngine(options.engine);
      const { papers } = await knownPapers(options.papers);
      const runs = plan(papersNamed(ids, papers), tier, {
        table,
        seeds,
        engine,
        datasets: defaultDatasets(tier, findDataDir(options.data)),
      });
      if (json) return printJson(runs);
      printTable([['stage', 'run', 'steps', 'starts from', 'shown in'], ...runs.map(row)]);
      print(`${runs.length} runs; perform one with: npx distillery run ID`);
    });
}

type Planned = ReturnType<typeof plan>[number];

function row({ stage, id, spec, needs, experiments }: Planned): string[] {
  return [String(stage), id, String(spec.recipe.schedule.steps), needs.join(', ') || '-', experiments.join(', ') || '-'];
}
