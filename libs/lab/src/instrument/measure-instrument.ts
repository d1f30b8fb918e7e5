import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KNOWN_DATASETS, listDatasets, openDataset, type Border, type Dataset } from '@distillery/data';
import { comparesLuma, PROTOCOLS, type Protocol, type Score } from '@distillery/metrics';
import { loadModel } from '@distillery/models';
import { activeEngine, disposeParams } from '@distillery/tensor';
import { hashJson } from '../json/canonical-json';
import { DEFAULT_PROTOCOL } from '../judging/compare';
import { weightsDigest } from '../frozen/feature-network';
import { SCIENCE_VERSION } from '../store/run-hash';
import { dataArgument, DISTILLERY, provenanceHere } from '../perform/provenance';
import { DEFAULT_LUMA_PROCEDURE, evaluateBicubic, evaluateModel, type DatasetScores } from './evaluate-model';
import { readInstrument, writeInstrument } from './instrument-file';
import { INSTRUMENT_DATASETS, PUBLISHED_NETWORKS, type InstrumentDataset, type PublishedNetwork } from './published-networks';
import type { InstrumentFile, InstrumentRow, InstrumentScore } from './instrument-result';

/** Version of what is measured and how; raise it with any change that alters the rows. */
const INSTRUMENT_VERSION = 1;

/** The default protocol first. */
const ALL_PROTOCOLS: readonly Protocol[] = [
  PROTOCOLS[DEFAULT_PROTOCOL],
  ...Object.values<Protocol>(PROTOCOLS).filter(({ name }) => name !== DEFAULT_PROTOCOL),
];

/** The border convention that a set's own LR images do not follow. */
function otherBorder(dataset: InstrumentDataset): Border {
  return KNOWN_DATASETS[dataset].border === 'symmetric' ? 'replicate' : 'symmetric';
}

/** Rows that are measured with the other border convention too. Bicubic and the lightest network are enough to see how much it matters. */
const BORDER_TESTED: readonly string[] = ['bicubic', 'fsrcnn-s'];

export interface MeasureInstrumentOptions {
  /** `reports/results`. */
  readonly resultsDir: string;
  /** Measure again what was measured before. */
  readonly fresh?: boolean;
  readonly networks?: readonly PublishedNetwork[];
  /** Default: Set5. Of these Set5 must be there, others are left out where the data folder lacks them. Rows of sets that are not asked for are kept. */
  readonly datasets?: readonly InstrumentDataset[];
  /** Stops after the row in progress; finished rows are kept. */
  readonly signal?: AbortSignal;
  /** Called before each row that is measured; `total` counts those that are not measured yet. */
  onRow?(row: { readonly network: PublishedNetwork; readonly dataset: string; readonly scale: number }, done: number, total: number): void;
}

/**
 * Measures bicubic and every published network whose weights are in the data folder, on the active engine, and writes the results file
 * after each row. Rows with the same inputs (weights, images, engine, code version) are kept. Returns null, and leaves the file alone, where
 * the data folder has no published weights. Throws UserError if the folder lacks their dataset, for a damaged file, and for weights that do not fit.
 */
export async function measureInstrument(dataDir: string, options: MeasureInstrumentOptions): Promise<InstrumentFile | null> {
  const { resultsDir, fresh = false, networks = PUBLISHED_NETWORKS, datasets = ['Set5'], signal, onRow } = options;
  const tasks = await tasksIn(dataDir, networks, datasets);
  if (tasks.length === 0) return null;
  const before = await readInstrument(resultsDir);
  const known = new Map(fresh ? [] : before?.rows.map((row) => [row.hash, row]));
  const others = before?.rows.filter(({ dataset }) => !datasets.some((name) => name === dataset)) ?? [];
  const total = tasks.filter(({ hash }) => !known.has(hash)).length;
  let done = 0;
  for (const task of tasks) {
    if (known.has(task.hash)) continue;
    signal?.throwIfAborted();
    onRow?.({ network: task.network, dataset: task.dataset.name, scale: task.scale }, done, total);
    known.set(task.hash, await measureRow(task, dataDir));
    done += 1;
    await writeInstrument(resultsDir, fileOf(tasks, known, others));
  }
  const file = fileOf(tasks, known, others);
  if (before?.rows.length !== file.rows.length) await writeInstrument(resultsDir, file);
  return file;
}

/** A row to be measured. */
interface Task {
  readonly hash: string;
  readonly network: PublishedNetwork;
  readonly scale: number;
  readonly of: InstrumentDataset;
  readonly dataset: Dataset;
  /** sha256 of the weights file. */
  readonly weights: string | null;
}

async function tasksIn(dataDir: string, networks: readonly PublishedNetwork[], datasets: readonly InstrumentDataset[]): Promise<Task[]> {
  const found = networks.filter(({ weights }) => weights === null || existsSync(join(dataDir, weights.file)));
  if (found.every(({ weights }) => weights === null)) return [];
  const present = new Set<string>(listDatasets(dataDir).flatMap((listing) => (listing.present ? [listing.name] : [])));
  const opened = new Map<string, Dataset>();
  for (const name of datasets) if (name === 'Set5' || present.has(name)) opened.set(name, await openDataset(name, dataDir));
  const tasks: Task[] = [];
  for (const network of found) {
    const weights = network.weights && (await weightsDigest(join(dataDir, network.weights.file)));
    for (const { scale, dataset: of } of network.scores) {
      const dataset = opened.get(of);
      if (!dataset) continue;
      const hash = hashJson({
        version: [SCIENCE_VERSION, INSTRUMENT_VERSION],
        engine: [activeEngine().name, activeEngine().version, activeEngine().precision],
        network: network.id,
        weights,
        luma: { ...(network.weights?.luma ?? DEFAULT_LUMA_PROCEDURE) },
        scale,
        dataset: dataset.hash,
        protocols: ALL_PROTOCOLS.map(({ name }) => name),
      });
      tasks.push({ hash, network, scale, of, dataset, weights });
    }
  }
  return tasks;
}

/** Rows by network, set and scale, as the list of networks has them. */
function fileOf(tasks: readonly Task[], rows: ReadonlyMap<string, InstrumentRow>, others: readonly InstrumentRow[]): InstrumentFile {
  const place = ({ network, dataset, scale }: InstrumentRow): number =>
    100 * PUBLISHED_NETWORKS.findIndex(({ id }) => id === network) + 10 * INSTRUMENT_DATASETS.findIndex((name) => name === dataset) + scale;
  const measured = tasks.flatMap(({ hash }) => rows.get(hash) ?? []);
  return { schema: 1, rows: [...measured, ...others].sort((a, b) => place(a) - place(b)) };
}

async function measureRow(task: Task, dataDir: string): Promise<InstrumentRow> {
  const { hash, network, scale, dataset, weights } = task;
  const { images, mean } = await scoresOf(task, dataDir, dataset, ALL_PROTOCOLS);
  const border = otherBorder(task.of);
  const other = BORDER_TESTED.includes(network.id)
    ? (await scoresOf(task, dataDir, await openDataset(dataset.name, dataDir, { lr: border }), ALL_PROTOCOLS.slice(0, 1))).mean[0]
    : undefined;
  return {
    hash,
    network: network.id,
    dataset: dataset.name,
    scale,
    weights,
    images: images.map(({ name, scores }) => ({ name, ...published(scores[0] as Score) })),
    protocols: mean.map((score) => ({ protocol: score.protocol, ...published(score) })),
    otherBorder: other ? { border, ...published(other) } : null,
    provenance: await provenanceHere({
      datasetHashes: { [dataset.name]: dataset.hash },
      featureNetwork: null,
      command: `${DISTILLERY} eval --model ${network.weights?.model ?? 'bicubic'} --scale ${scale} --dataset ${dataset.name} --engine ${activeEngine().name}${dataArgument(dataDir)}`,
    }),
  };
}

/** The metrics that publications have. */
function published({ psnr, ssim }: Score): InstrumentScore {
  return { psnr, ssim };
}

/** A luma network's output has no colours: protocols that need them are left out. */
async function scoresOf(
  { network, scale }: Task,
  dataDir: string,
  dataset: Dataset,
  protocols: readonly Protocol[],
): Promise<DatasetScores> {
  if (network.weights === null) return evaluateBicubic(dataset, scale, protocols);
  const deployed = loadModel(network.weights.model, scale, join(dataDir, network.weights.file));
  try {
    const applicable = deployed.model.channels === 1 ? protocols.filter(comparesLuma) : protocols;
    return await evaluateModel(deployed, dataset, scale, applicable, { luma: network.weights.luma });
  } finally {
    disposeParams(deployed.params);
  }
}
