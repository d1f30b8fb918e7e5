import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { withLock, type HeldLock } from '@distillery/data';
import { disposeState, type Deployed, type Method, type State } from '@distillery/distill';
import { compileSeconds, Interrupted, interruptSignal, obeyInterrupt, UserError } from '@distillery/tensor';
import { dispose, engine, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { costOf } from '../costs/network-cost';
import { cropCollector } from './crops';
import { thinCurves } from './curves';
import { deployNetworks } from './deployed-networks';
import { evaluateNetworks } from './evaluate';
import { METRICS, readMetrics, validationFormat } from '../store/metrics-log';
import { notesOnData, prepareRun, type PreparedRun, type RunPlace } from './prepare-run';
import type { RunProgress } from './progress';
import { gitState, provenanceOf, recomputeCommand } from './provenance';
import { buildMethod } from '../experiment/paper-method';
import type { Resources } from '../experiment/paper';
import type { Recipe, RunSpec } from '../experiment/recipe';
import { runId } from '../experiment/run-id';
import type { RunResult, ValidationCurves } from '../store/run-result';
import {
  beginSession,
  freshFolder,
  isDamage,
  isFinished,
  lastSessionIn,
  readRun,
  readTiming,
  recoverReplacement,
  remedy,
  replaceByFresh,
  runFiles,
  writeOutcome,
  writeTiming,
} from '../store/run-store';
import { readRunCheckpoint } from './continue-run';
import { trainRun } from './train-run';
import { withCompiling } from './training-clock';
import { validateEvery } from '../experiment/validate-every';
import { validationCurves, type ValidationSet } from './validation';

type Networks = Readonly<Record<string, Deployed>>;

export interface PerformOptions extends RunPlace {
  /** Makes the run again even if it is finished; the old one is replaced once the new one is complete. */
  readonly fresh?: boolean;
  /** The runs that it starts from must be finished: they are another's to make. Absent: those that are not are made first. */
  readonly requireStarts?: boolean;
  onProgress?(progress: RunProgress): void;
  /** Stops after the step under way, with a checkpoint, or before the next pass over a test set; throws the signal's reason. The run resumes from there. Default: `interruptSignal`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Performs one run: those it starts from first, if they are not finished; then training (from the last checkpoint, if there is one),
 * evaluation, costs and pictures. A finished run is only read. One that is made again grows beside the old one, and continues there if it was interrupted. Of several processes that want the same run one makes it, the others
 * wait. Yields to the event loop at every step. Throws UserError for bad input, damaged files, a full or read-only disk.
 */
export async function performRun(spec: RunSpec, options: PerformOptions): Promise<RunResult> {
  const signal = options.signal ?? interruptSignal();
  try {
    return await obeyInterrupt(async () => perform(await prepareRun(spec, options), { ...options, signal }));
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted(`interrupted in the run ${runId(spec)}, which goes on from its last checkpoint when it is asked for again`);
  }
}

async function perform(run: PreparedRun, options: PerformOptions): Promise<RunResult> {
  const { id, folder } = run;
  const { onProgress, signal, fresh = false } = options;
  const done = async (skipped: boolean): Promise<RunResult> => {
    const result = await readRun(folder);
    onProgress?.({ kind: 'finished', id, folder, skipped });
    return result;
  };
  if (isFinished(folder) && !fresh) return done(true);
  for (const start of options.requireStarts ? Object.values(run.starts) : []) {
    if (!isFinished(start.folder)) throw new UserError(`${id}: not started: ${start.id}, from which it starts, is not finished`);
  }
  for (const start of Object.values(run.starts)) await perform(start, { ...options, fresh: false });
  const onWait = (holder: string): void => onProgress?.({ kind: 'waiting', id, holder });
  return withLock(
    `${folder}.lock`,
    async (lock) => {
      await recoverReplacement(folder);
      if (isFinished(folder) && !fresh) return done(true);
      if (fresh && existsSync(folder)) await makeAgain(run, options, lock);
      else await make(run, folder, options, lock);
      await rm(freshFolder(folder), { recursive: true, force: true });
      return done(false);
    },
    { onWait, signal },
  );
}

/**
 * Makes a run anew beside the old one, which it then replaces. It goes on with what an interrupted attempt of the same code left, unless that is damaged: there
 * is nothing in it that would be lost.
 */
async function makeAgain(run: PreparedRun, options: PerformOptions, lock: HeldLock): Promise<void> {
  const folder = freshFolder(run.folder);
  const [before, now] = [await lastSessionIn(folder), await gitState()];
  if (before?.gitCommit !== now.gitCommit || before.gitDirty !== now.gitDirty) await rm(folder, { recursive: true, force: true });
  try {
    if (!isFinished(folder)) await make(run, folder, options, lock);
    await readRun(folder);
  } catch (error) {
    if (!isDamage(error, folder)) throw error;
    await lock.requireHeld();
    await rm(folder, { recursive: true, force: true });
    await make(run, folder, options, lock);
  }
  await replaceByFresh(run.folder, lock);
}

/** Trains and evaluates a run in `folder`; its `result.json` comes last. */
async function make(run: PreparedRun, folder: string, options: PerformOptions, lock: HeldLock): Promise<void> {
  const { hash, spec, identity, paper } = run;
  options.onProgress?.({ kind: 'data', id: run.id, notes: notesOnData(run) });
  const command = recomputeCommand(identity, options.papers, options.dataDir, runFiles(run.folder).run);
  await beginSession(folder, { hash, spec }, await provenanceOf(identity, paper, command), lock);
  const start = await statesOf(run.starts);
  const { method, made } = makeMethod(run, start);
  try {
    const state = await trainRun(run, method, folder, { ...options, lock });
    const { networks, own } = deployNetworks(method, state, spec.recipe.evaluate.networks);
    try {
      await conclude(run, folder, networks, options, lock);
    } finally {
      dispose([...own]);
      disposeState(state);
    }
  } finally {
    dispose(made);
    Object.values(start).forEach(disposeState);
  }
}

/** Final states of finished runs, of which none is left in memory if one cannot be read. */
async function statesOf(runs: PreparedRun['starts']): Promise<Record<string, State>> {
  const states: Record<string, State> = {};
  try {
    for (const [name, { folder, hash }] of Object.entries(runs)) states[name] = (await readRunCheckpoint(folder, hash)).state;
  } catch (error) {
    Object.values(states).forEach(disposeState);
    throw error;
  }
  return states;
}

/** The paper's method, and the tensors it made for itself (a slice of a start), which nobody else would free. */
function makeMethod({ paper, spec, features, published }: PreparedRun, start: Resources['start']): { method: Method; made: Tensor[] } {
  const frozen = features?.load() ?? { vgg19: null };
  const network = published?.load() ?? null;
  let method: Method | undefined;
  const made = tidy(() => {
    method = buildMethod(paper, spec.recipe, { ...frozen, published: network, start });
    return [...engine().state.activeScope.track];
  });
  return { method: method as Method, made };
}

/** Scores, costs and pictures of the trained networks, and the curves of their training. */
async function conclude(run: PreparedRun, folder: string, networks: Networks, options: PerformOptions, lock: HeldLock): Promise<void> {
  const { id, hash, paper, metricNetworks, evaluate: datasets } = run;
  const { recipe } = run.spec;
  const pictures = cropCollector(datasets, recipe.scale);
  const compiled = compileSeconds();
  const evaluations = await evaluateNetworks(networks, {
    paper,
    recipe,
    datasets,
    metricNetworks,
    onPass(network, dataset) {
      options.signal?.throwIfAborted();
      options.onProgress?.({ kind: 'evaluating', id, network, dataset });
    },
    onImage: (network, dataset, image) => pictures.add(network, dataset, image),
  });
  const measured = Object.entries(networks).map(([name, network]) => costOf(name, network, recipe.scale));
  const latencies = Object.fromEntries(measured.map(({ network, latencyMs, latencyPasses }) => [network, { latencyMs, latencyPasses }]));
  const costs = measured.map(({ network, parameters, multiplyAdds, inputShape }) => ({ network, parameters, multiplyAdds, inputShape }));
  const curves = thinCurves(readMetrics(runFiles(folder).metrics, METRICS, remedy(folder)));
  const validation = run.validate && (await validationOf(run.validate, recipe, folder));
  await writeTiming(folder, { ...withCompiling(await readTiming(folder), compiled), latencies }, lock);
  const outcome = {
    hash,
    evaluations,
    costs,
    curves,
    ...(validation && { validation }),
    crops: await pictures.crops(),
  };
  await writeOutcome(folder, outcome, lock);
}

async function validationOf(set: ValidationSet, recipe: Recipe, folder: string): Promise<ValidationCurves> {
  const format = validationFormat(validateEvery(recipe), recipe.schedule.steps);
  return validationCurves(set, recipe.scale, readMetrics(runFiles(folder).validation, format, remedy(folder)));
}
