import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeDataset, findDataDir, openDataset, type Dataset, type LrOrigin } from '@distillery/data';
import {
  evaluateBicubic,
  evaluateModel,
  PUBLISHED_NETWORKS,
  publishedModels,
  publishedWeights,
  type DatasetScores,
  type EvaluateModelOptions,
  type ScoresOfImage,
  type PublishedScore,
} from '@distillery/lab';
import {
  CHANNEL_METRIC_IDS,
  METRICS,
  PROTOCOLS,
  type Protocol,
  type ProtocolName,
  scoreValues,
  type Score,
  type ScoreValues,
} from '@distillery/metrics';
import { buildModel, loadModel } from '@distillery/models';
import type { Deployed } from '@distillery/distill';
import { disposeParams, UserError } from '@distillery/tensor';
import { Option, type Command } from 'commander';
import { dataOption, engineOption, jsonOption, positiveInteger } from '../arguments';
import { selectEngine } from '../engine';
import { warnOfFallback } from '../fallback';
import { addWeightsOptions, loadOptions } from '../network';
import { metricHeading, metricValue, print, printJson, printTable, warn } from '../output';

export interface EvalOptions {
  readonly model: string;
  readonly scale: number;
  readonly dataset: string;
  readonly engine: string;
  readonly protocol: string;
  readonly weights?: string;
  readonly key?: string;
  readonly rgbRange?: 1 | 255;
  readonly mean?: [number, number, number];
  readonly data?: string;
}

/** What `distillery eval` says. */
export interface EvalResult {
  readonly model: string;
  readonly scale: number;
  /** null: bicubic. */
  readonly weights: string | null;
  readonly dataset: string;
  /** Where its LR images come from; null for a built-in set. */
  readonly lr: LrOrigin | null;
  /** What was left out of the dataset's files, or changed on reading. */
  readonly notes: readonly string[];
  readonly engine: string;
  readonly protocol: string;
  readonly images: readonly ({ readonly name: string } & ScoreValues)[];
  readonly mean: ScoreValues;
  /** What others say of the same weights on the same dataset under the default protocol; null where that is not what was measured. */
  readonly others: PublishedScore | null;
}

/** `distillery eval`: a network that somebody trained, scored on a dataset. */
export function addEval(program: Command): void {
  addWeightsOptions(
    program
      .command('eval')
      .description(
        `${CHANNEL_METRIC_IDS.map((id) => METRICS[id].title).join(' and ')} of a model with published or given weights on a dataset`,
      ),
  )
    .requiredOption('--model <name>', 'a model of the zoo, or bicubic')
    .requiredOption('--scale <factor>', 'upscaling factor', positiveInteger)
    .option('--weights <file>', 'its weights (default: those published, from the data folder)')
    .requiredOption('--dataset <name>', 'a known dataset, or a folder of HR images, with or without LR')
    .addOption(new Option('--protocol <name>', 'what exactly is measured').choices(Object.keys(PROTOCOLS)).default('y-border-scale'))
    .addOption(engineOption())
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async ({ json, ...options }: EvalOptions & { json: boolean }) => {
      const result = await evaluate(options, {
        onDataset: (dataset) => warn(...describeDataset(dataset, options.scale)),
        onNote: (note) => warn(note),
        onImage: (image, done, total) => {
          if (!json) warn(`[${done}/${total}] ${image.name}`);
        },
      });
      if (json) return printJson(result);
      const cells = (name: string, values: ScoreValues) => [name, ...CHANNEL_METRIC_IDS.map((id) => metricValue(id, values[id]))];
      printTable([
        ['image', ...CHANNEL_METRIC_IDS.map(metricHeading)],
        ...result.images.map((image) => cells(image.name, image)),
        ...(result.images.length > 1 ? [cells('mean', result.mean)] : []),
      ]);
      print(`protocol ${result.protocol}: ${PROTOCOLS[result.protocol as ProtocolName].description}`);
      for (const [what, value] of Object.entries(otherValues(result)))
        print(`${what}: ${value.toFixed(2)} dB, difference ${(result.mean.psnr - value).toFixed(4)} dB`);
    });
}

export interface EvaluateEvents {
  /** Called once the dataset is open, before the first image. */
  onDataset?(dataset: Dataset): void;
  /** What a user should know of how given weights were read. */
  onNote?(note: string): void;
  onImage?(image: ScoresOfImage, done: number, total: number): void;
}

/** The command without its output. Throws UserError for what the options name wrongly. */
export async function evaluate(
  { model, scale, weights, dataset: name, engine: asked, protocol: protocolName, data, ...values }: EvalOptions,
  { onDataset, onNote, onImage }: EvaluateEvents = {},
): Promise<EvalResult> {
  const dataDir = findDataDir(data);
  const protocol: Protocol = PROTOCOLS[protocolName as ProtocolName];
  const file = model === 'bicubic' ? refuseWeights(weights) : weightsFile(model, scale, weights, dataDir);
  const dataset = await openDataset(name, dataDir);
  onDataset?.(dataset);
  const engine = await selectEngine(asked);
  const loadedFrom = (path: string): Deployed => {
    const { notes, ...deployed } = loadModel(model, scale, path, loadOptions(values));
    if (weights !== undefined) for (const note of notes) onNote?.(note);
    return deployed;
  };
  const luma = weights === undefined ? publishedWeights(model, scale)?.weights?.luma : undefined;
  const onFallback = warnOfFallback();
  const measured = { luma, onFallback, ...(onImage && { onImage }) };
  const scores =
    file === null
      ? await evaluateBicubic(dataset, scale, [protocol], measured)
      : await scoresOf(loadedFrom(file), dataset, scale, protocol, measured);
  return {
    model,
    scale,
    weights: file,
    dataset: dataset.name,
    lr: dataset.lrOrigin?.(scale) ?? null,
    notes: dataset.notes ?? [],
    engine,
    protocol: protocol.name,
    images: scores.images.map((image) => ({ name: image.name, ...only(image.scores) })),
    mean: only(scores.mean),
    others: weights === undefined && protocol.name === 'y-border-scale' ? othersOf(model, scale, name) : null,
  };
}

async function scoresOf(
  deployed: Deployed,
  dataset: Dataset,
  scale: number,
  protocol: Protocol,
  options: EvaluateModelOptions,
): Promise<DatasetScores> {
  try {
    return await evaluateModel(deployed, dataset, scale, [protocol], options);
  } finally {
    disposeParams(deployed.params);
  }
}

function refuseWeights(weights: string | undefined): null {
  if (weights !== undefined) throw new UserError(`--weights ${weights}: bicubic has no weights`);
  return null;
}

/** The file that was named, else the known one in the data folder. */
function weightsFile(model: string, scale: number, named: string | undefined, dataDir: string | null): string {
  // Refuses unknown models and scales before anything else is looked for.
  buildModel(model, scale);
  if (named !== undefined) return named;
  const file = publishedWeights(model, scale)?.weights?.file;
  if (file === undefined)
    throw new UserError(
      `model ${model} x${scale}: no published weights are known, expected --weights FILE; known are ${publishedModels()}`,
    );
  if (dataDir === null)
    throw new UserError(`model ${model} x${scale}: expected --weights FILE, or --data DIR (or DISTILLERY_DATA) with ${file}`);
  const path = join(dataDir, file);
  if (!existsSync(path))
    throw new UserError(`${path}: no such file; expected the published weights of ${model} x${scale}, or --weights FILE`);
  return path;
}

function othersOf(model: string, scale: number, dataset: string): PublishedScore | null {
  const network = PUBLISHED_NETWORKS.find(({ weights }) => (weights?.model ?? 'bicubic') === model);
  return network?.scores.find((score) => score.dataset === dataset && score.scale === scale) ?? null;
}

function otherValues({ others }: EvalResult): Record<string, number> {
  return {
    ...(typeof others?.published === 'number' && { published: others.published }),
    ...(typeof others?.reference === 'number' && { 'independent pass over the same weights': others.reference }),
  };
}

/** The scores under the one protocol that was asked for. */
function only([first]: readonly Score[]): ScoreValues {
  return scoreValues(first as Score);
}
