import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lookAtLock, readTail } from '@distillery/data';
import type { Precision } from '@distillery/tensor';
import { cellName } from '../experiment/run-id';
import { methodOfRecipe } from '../experiment/paper-method';
import type { Paper } from '../experiment/paper';
import type { Recipe, RunSpec } from '../experiment/recipe';
import { sameMetricNetworks, type MetricNetworkNames } from '../frozen/metric-networks';
import { canonicalJson } from '../json/canonical-json';
import type { Json } from '../json/json';
import { hasCode, ifDamaged } from './fs-errors';
import type { RunFile } from './run-files';
import { runHash, SCIENCE_VERSION } from './run-hash';
import type { Provenance } from './run-result';
import { isFinished, readRunFile, readTiming, runFiles } from './run-store';

/** How a run stands in the store. `interrupted`: it was begun, and nobody works on it. */
export interface StoredRun {
  readonly state: 'finished' | 'running' | 'interrupted' | 'missing';
  readonly folder: string | null;
  /** Steps of training that its log has. */
  readonly step: number;
  /** Who works on it. */
  readonly holder: string | null;
}

/** The runs of a folder, found by what they are. No engine has to be active and no data read. */
export interface StoredRuns {
  /**
   * The run of this spec that this version of the code made, on the engine's version and the data that it notes, which may be others than this machine has. Of
   * several, the one that got furthest.
   */
  look(spec: RunSpec): Promise<StoredRun>;
  /** Seconds of a training step, of this arm's runs where some are finished, else of others of the paper's method; null if there are none. */
  stepSeconds(spec: RunSpec): number | null;
  /** Notes the step time of a run that `look` found finished. Of a kind the first few are enough. */
  noteTime(spec: RunSpec, found: StoredRun): Promise<void>;
}

interface ReadFolder {
  readonly run: RunFile;
  /** Its recipe as canonical JSON. */
  readonly recipe: string;
  /** Whether this version of the code made it, once somebody asked. */
  current: Promise<boolean> | null;
}

const MISSING: StoredRun = { state: 'missing', folder: null, step: 0, holder: null };
/** A holder out of sight that was silent for longer is taken for dead. */
const SILENCE_MS = 10 * 60_000;
const TIMED_RUNS = 5;
const ORDER = ['missing', 'interrupted', 'running', 'finished'] as const;

export function storedRuns(runsDir: string, papers: readonly Paper[], precision: Precision = 'float32'): StoredRuns {
  const cells = new Map<string, Promise<Map<number, string[]>>>();
  const texts = new WeakMap<Recipe, string>();
  const times = new Map<string, number[]>();
  const read = new Map<string, Promise<ReadFolder | null>>();

  /** The run folders of a cell by seed. */
  function foldersOf(cell: string): Promise<Map<number, string[]>> {
    let found = cells.get(cell);
    if (!found) cells.set(cell, (found = listCell(cell)));
    return found;
  }

  function textOf(recipe: Recipe): string {
    let text = texts.get(recipe);
    if (text === undefined) texts.set(recipe, (text = canonicalJson(recipe as unknown as Json)));
    return text;
  }

  /** Of the folders that may hold a run of this spec: those that do. */
  async function candidates(spec: RunSpec): Promise<{ folder: string; run: RunFile }[]> {
    const { recipe, seed, engine } = spec;
    const folders = (await foldersOf(join(runsDir, recipe.paper, cellName(recipe)))).get(seed) ?? [];
    const found: { folder: string; run: RunFile }[] = [];
    for (const folder of folders) {
      const known = await readFolder(folder);
      if (known?.run.spec.engine !== engine || (known.run.sessions.at(-1)?.precision ?? 'float32') !== precision) continue;
      if (textOf(recipe) !== known.recipe) continue;
      if (await (known.current ??= isCurrent(known.run))) found.push({ folder, run: known.run });
    }
    return found;
  }

  /** What a folder says it is; null if that is damaged. Each is read once: other runs start from it, and every version of these asks for every version of it. */
  function readFolder(folder: string): Promise<ReadFolder | null> {
    let found = read.get(folder);
    if (!found)
      read.set(
        folder,
        (found = readRunFile(folder)
          .then((run) => ({ run, recipe: canonicalJson(run.spec.recipe as unknown as Json), current: null }))
          .catch(ifDamaged)),
      );
    return found;
  }

  /** Whether this version of the code gives a run this hash, its engine and data being what it notes. */
  async function isCurrent({ hash, spec, sessions }: RunFile): Promise<boolean> {
    const paper = papers.find(({ id }) => id === spec.recipe.paper);
    if (!paper) return false;
    const { method, options } = methodOfRecipe(paper, spec.recipe);
    // The digest of published weights stands in no file but the weights'.
    if (method.needsPublished?.(options)) return true;
    let known: Record<string, string>[] = [{}];
    for (const [name, recipe] of Object.entries(spec.recipe.startFrom)) {
      const hashes = (await candidates({ ...spec, recipe })).map(({ run }) => run.hash);
      known = known.flatMap((before) => hashes.map((start) => ({ ...before, [name]: start })));
    }
    const { engineVersion, precision: multiplied, datasetHashes, featureNetwork, ...made } = sessions.at(-1) as Provenance;
    return known.some((starts) => {
      const identity = {
        spec,
        engine: { version: engineVersion, precision: multiplied ?? 'float32' },
        datasetHashes,
        featureNetwork,
        ...sameMetricNetworks(made as unknown as MetricNetworkNames),
        science: [SCIENCE_VERSION, paper.version ?? 1] as const,
        starts,
      };
      return runHash(identity) === hash;
    });
  }

  return {
    async look(spec) {
      let best = MISSING;
      for (const { folder } of await candidates(spec)) {
        const found = await standing(folder, spec);
        if (ORDER.indexOf(found.state) > ORDER.indexOf(best.state)) best = found;
      }
      return best;
    },
    stepSeconds(spec) {
      const found = kindsOf(spec)
        .map((kind) => times.get(kind))
        .find((seconds) => seconds !== undefined);
      const sorted = [...(found ?? [])].sort((a, b) => a - b);
      return sorted[Math.floor(sorted.length / 2)] ?? null;
    },
    async noteTime(spec, { state, folder, step }) {
      if (folder === null || step < 2 || state !== 'finished') return;
      const kinds = kindsOf(spec).filter((kind) => (times.get(kind)?.length ?? 0) < TIMED_RUNS);
      if (kinds.length === 0) return;
      const timing = await readTiming(folder).catch(ifDamaged);
      if (!timing || timing.trainSeconds <= 0) return;
      for (const kind of kinds) times.set(kind, [...(times.get(kind) ?? []), timing.trainSeconds / step]);
    },
  };
}

/** What takes the same time per step, and what takes about the same. */
function kindsOf({ recipe, engine }: RunSpec): string[] {
  const kind = [recipe.paper, recipe.tier, engine, recipe.method.name];
  return [[...kind, cellName(recipe)].join(' '), kind.join(' ')];
}

async function listCell(cell: string): Promise<Map<number, string[]>> {
  const bySeed = new Map<number, string[]>();
  for (const name of await readdir(cell).catch(ifMissing)) {
    const [, seed] = /^(\d+)-[0-9a-f]{12}$/.exec(name) ?? [];
    if (seed === undefined) continue;
    const folders = bySeed.get(Number(seed));
    if (folders) folders.push(join(cell, name));
    else bySeed.set(Number(seed), [join(cell, name)]);
  }
  return bySeed;
}

async function standing(folder: string, { recipe }: RunSpec): Promise<StoredRun> {
  if (isFinished(folder)) return { state: 'finished', folder, step: recipe.schedule.steps, holder: null };
  const [lock, step] = [await lookAtLock(`${folder}.lock`), await lastStep(runFiles(folder).metrics)];
  const works = lock !== null && (lock.life === 'alive' || (lock.life === 'unknown' && lock.silence < SILENCE_MS));
  return { state: works ? 'running' : 'interrupted', folder, step, holder: works ? lock.holder : null };
}

const TAIL_BYTES = 8192;

/** The step of a log's last whole line; 0 if there is none. */
async function lastStep(path: string): Promise<number> {
  const lines = ((await readTail(path, TAIL_BYTES)) ?? '').split('\n').slice(0, -1);
  return Number(/"step":\s*(\d+)/.exec(lines.at(-1) ?? '')?.[1] ?? 0);
}

function ifMissing(error: unknown): never[] {
  if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
  throw error;
}
