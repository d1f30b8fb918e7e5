import { findDataDir } from '@distillery/data';
import { defaultDatasets, performRun, resolveSpec, TIERS, type RunProgress, type Tier } from '@distillery/lab';
import { MAIN_METRIC, METRICS, unitOf } from '@distillery/metrics';
import type { Command } from 'commander';
import { dataOption, engineOption, jsonOption, outOption, precisionOption } from '../arguments';
import { chooseEngine } from '../engine';
import { foldersIn } from '../folders';
import { interruptible } from '../interrupt';
import { print, printJson, warn } from '../output';
import { knownPapers, papersOption } from '../papers/papers-option';
import { datasetNotes, describeProgress, stepThrottle } from '../run-progress';
import { timeOfRuns } from '../time-of-runs';

interface RunCommandOptions {
  readonly engine: string;
  readonly precision?: string;
  readonly data?: string;
  readonly papers: readonly string[];
  readonly fresh: boolean;
  readonly requireStarts: boolean;
  readonly json: boolean;
  readonly out: string;
}

/** `distillery run SPEC`: perform one run of a plan (and, if need be, the one it starts from). */
export function addRun(program: Command): void {
  program
    .command('run <spec>')
    .description('perform one run: an id from `distillery plan`, or a JSON file with a run spec')
    .addOption(engineOption())
    .addOption(precisionOption())
    .addOption(dataOption())
    .addOption(papersOption())
    .option('--fresh', 'make it again even if it is finished', false)
    .option('--require-starts', 'fail unless the runs that it starts from are finished, instead of making them first', false)
    .addOption(outOption())
    .addOption(jsonOption())
    .action(async (spec: string, options: RunCommandOptions) => {
      const engine = await chooseEngine(options.engine, options.precision);
      const dataDir = findDataDir(options.data);
      const datasets = defaultDatasets(tierOf(spec), dataDir);
      const { papers } = await knownPapers(options.papers);
      const resolved = await resolveSpec(spec, papers, { engine: engine.name, datasets });
      engine.announce();
      const due = stepThrottle();
      const noteData = datasetNotes((line) => warn(line));
      const onProgress = (progress: RunProgress): void => {
        if (progress.kind === 'data') noteData(progress.notes);
        else if (due(progress)) process.stderr.write(`${describeProgress(progress)}\n`);
      };
      const runsDir = foldersIn(options.out).runs;
      const result = await interruptible((signal) =>
        performRun(resolved, { dataDir, runsDir, papers, fresh: options.fresh, requireStarts: options.requireStarts, signal, onProgress }),
      );
      if (options.json) return printJson(result);
      for (const { network, dataset, protocol, selfEnsemble, images } of result.evaluations) {
        const mean = images.reduce((sum, image) => sum + (image[MAIN_METRIC] ?? NaN), 0) / images.length;
        print(
          `${network} on ${dataset}, ${protocol}${selfEnsemble ? ', self-ensemble' : ''}: ${mean.toFixed(METRICS[MAIN_METRIC].digits.printed + 1)}${unitOf(MAIN_METRIC)} (${images.length} images)`,
        );
      }
      print(timeOfRuns([result]));
    });
}

/** The tier inside a run id; a spec file names its datasets itself, so that any tier will do. */
function tierOf(spec: string): Tier {
  return TIERS.find((tier) => spec.split('/')[1] === tier) ?? 'smoke';
}
