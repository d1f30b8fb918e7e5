import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDataset, type Border, type Dataset } from '@distillery/data';
import { comparesLuma, PROTOCOLS, type Protocol, type Score } from '@distillery/metrics';
import { loadModel } from '@distillery/models';
import { activeEngine, disposeParams } from '@distillery/tensor';
import { hashJson } from '../json/canonical-json';
import { DEFAULT_PROTOCOL } from '../judging/compare';
import { weightsDigest } from '../frozen/feature-network';
import { SCIENCE_VERSION } from '../store/run-hash';
import { dataArgument, provenanceHere } from '../perform/provenance';
import { DEFAULT_LUMA_PROCEDURE, evaluateBicubic, evaluateModel, type DatasetScores } from './evaluate-model';
import { readInstrument, writeInstrument } from './instrument-file';
import { PUBLISHED_NETWORKS, type PublishedNetwork } from './published-networks';
import type { InstrumentFile, InstrumentRow, InstrumentScore } from './instrument-result';

/** Version of what is measured and how; raise it with any change that alters the rows. */
const INSTRUMENT_VERSION = 1;

/** The default protocol first. */
const ALL_PROTOCOLS: readonly Protocol[] = [
  PROTOCOLS[DEFAULT_PROTOCOL],
  ...Object.values<Protocol>(PROTOCOLS).filter(({ name }) => name !== DEFAULT_PROTOCOL),
];

/** The convention that Set5's stored LR images do not follow. */
const OTHER_BORDER: Border = 'replicate';

/** Rows that are measured with the other border convention too. Bicubic and the lightest network are enough to see how much it matters. */
const BORDER_TESTED: readonly string[] = ['bicubic', 'fsrcnn-s'];

export interface MeasureInstrumentOptions {
  /** `reports/results`. */
  readonly resultsDir: string;
  /** Measure again what was measured before. */
  readonly fresh?: boolean;
  readonly networks?: readonly PublishedNetwork[];
  /** Stops after the row in progress; finished rows are kept. */
  readonly signal?: AbortSignal;
  /** Called before each row that is measured; `total` counts those that are not measured yet. */
  onRow?(network: PublishedNetwork, scale: number, done: number, total: number): void;
}

/**
 * Measures bicubic and every published network whose weights are in the data folder, on the active engine, and writes the results file
 * after each row. Rows with the same inputs (weights, images, engine, code version) are kept. Returns null, and leaves the file alone, where
 * the data folder has no published weights. Throws UserError if the folder lacks their dataset, for a damaged file, and for weights that do not fit.
 */
export async function measureInstrument(dataDir: string, options: MeasureInstrumentOptions): Promise<InstrumentFile | null> {
  const { resultsDir, fresh = false, networks = PUBLISHED_NETWORKS, signal, onRow } = options;
  const tasks = await tasksIn(dataDir, networks);
  if (tasks.length === 0) return null;
  const before = fresh ? null : await readInstrument(resultsDir);
  const known = new Map(before?.rows.map((row) => [row.hash, row]));
  const total = tasks.filter(({ hash }) => !known.has(hash)).length;
  let done = 0;
  for (const task of tasks) {
    if (known.has(task.hash)) continue;
    signal?.throwIfAborted();
    onRow?.(task.network, task.scale, done, total);
    known.set(task.hash, await measureRow(task, dataDir));
    done += 1;
    await writeInstrument(resultsDir, fileOf(tasks, known));
  }
  const file = fileOf(tasks, known);
  if (before?.rows.length !== file.rows.length) await writeInstrument(resultsDir, file);
  return file;
}

/** A row to be measured. */
interface Task {
  readonly hash: string;
  readonly network: PublishedNetwork;
  readonly scale: number;
  readonly dataset: Dataset;
  /** sha256 of the weights file. */
  readonly weights: string | null;
}

async function tasksIn(dataDir: string, networks: readonly PublishedNetwork[]): Promise<Task[]> {
  const found = networks.filter(({ weights }) => weights === null || existsSync(join(dataDir, weights.file)));
  if (found.every(({ weights }) => weights === null)) return [];
  const tasks: Task[] = [];
  for (const network of found) {
    const dataset = await openDataset(network.dataset, dataDir);
    const weights = network.weights && (await weightsDigest(join(dataDir, network.weights.file)));
    for (const { scale } of network.scores) {
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
      tasks.push({ hash, network, scale, dataset, weights });
    }
  }
  return tasks;
}

function fileOf(tasks: readonly Task[], rows: ReadonlyMap<string, InstrumentRow>): InstrumentFile {
  return { schema: 1, rows: tasks.flatMap(({ hash }) => rows.get(hash) ?? []) };
}

async function measureRow(task: Task, dataDir: string): Promise<InstrumentRow> {
  const { hash, network, scale, dataset, weights } = task;
  const { images, mean } = await scoresOf(task, dataDir, dataset, ALL_PROTOCOLS);
  const other = BORDER_TESTED.includes(network.id)
    ? (await scoresOf(task, dataDir, await openDataset(network.dataset, dataDir, { lr: OTHER_BORDER }), ALL_PROTOCOLS.slice(0, 1))).mean[0]
    : undefined;
  return {
    hash,
    network: network.id,
    dataset: dataset.name,
    scale,
    weights,
    images: images.map(({ name, scores }) => ({ name, ...published(scores[0] as Score) })),
    protocols: mean.map((score) => ({ protocol: score.protocol, ...published(score) })),
    otherBorder: other ? { border: OTHER_BORDER, ...published(other) } : null,
    provenance: await provenanceHere({
      datasetHashes: { [dataset.name]: dataset.hash },
      featureNetwork: null,
      command: `npm run distillery -- eval --model ${network.weights?.model ?? 'bicubic'} --scale ${scale} --dataset ${dataset.name} --engine ${activeEngine().name}${dataArgument(dataDir)}`,
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
