import { existsSync } from 'node:fs';
import { loadPairs, patchSampler, type PatchSampler, type TrainingPair } from '@distillery/data';
import { readCheckpoint, train, writeCheckpoint, type Checkpoint, type Method, type State } from '@distillery/distill';
import { restoreRng, seedRng, UserError, type RngState } from '@distillery/tensor';
import { tensor4d } from '@tensorflow/tfjs-core';
import { openMetricsLog } from './metrics-log';
import type { PreparedRun } from './prepare-run';
import type { RunProgress } from './progress';
import { readTiming, remedy, runFiles, writeTiming } from './run-store';

/** What a checkpoint holds besides the method's state. */
interface Extra {
  readonly hash: string;
  readonly sampler: RngState;
}

export interface TrainRunOptions {
  onProgress?(progress: RunProgress): void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Trains a run in `folder` to its last step, from its checkpoint if there is one, and returns the final state (the caller disposes
 * it). N steps at once and N steps with any number of interruptions leave the same bytes in `metrics.jsonl` and
 * `checkpoint.safetensors`. Throws UserError if the checkpoint or the metrics are damaged, or an image is smaller than a patch.
 */
export async function trainRun(run: PreparedRun, method: Method, folder: string, { onProgress, signal }: TrainRunOptions): Promise<State> {
  const { id, hash, spec } = run;
  const { schedule, data } = spec.recipe;
  const files = runFiles(folder);
  const saved = existsSync(files.checkpoint) ? await readRunCheckpoint(folder, hash) : null;
  const step = saved?.step ?? 0;
  onProgress?.({ kind: 'started', id, fromStep: step, steps: schedule.steps });
  const rng = saved ? restoreRng(saved.extra.sampler) : seedRng(spec.seed).split('patches');
  const sampler = patchSampler(await trainingPairs(run), { ...data, scale: spec.recipe.scale }, rng);
  const log = openMetricsLog(files.metrics, step, remedy(folder));
  const timing = await readTiming(folder);
  let { trainSeconds } = timing;
  let clock = performance.now();
  try {
    return await train({
      method,
      state: saved?.state ?? method.init(seedRng(spec.seed).split('init')),
      nextBatch: () => nextTensors(sampler),
      schedule,
      startStep: step,
      onFallback: (reason) => onProgress?.({ kind: 'fallback', id, reason }),
      onStep(done, losses) {
        log.append({ step: done, losses });
        onProgress?.({ kind: 'step', id, step: done, steps: schedule.steps, losses });
      },
      checkpointEvery: schedule.checkpointEvery,
      async onCheckpoint(done, state) {
        trainSeconds += (performance.now() - clock) / 1000;
        log.sync();
        await writeTiming(folder, { ...timing, trainSeconds });
        await writeCheckpoint(files.checkpoint, { state, step: done, extra: { hash, sampler: sampler.state() } satisfies Extra });
        clock = performance.now();
      },
      ...(signal && { signal }),
    });
  } finally {
    log.close();
  }
}

let lastPairs: { readonly key: string; readonly pairs: TrainingPair[] } | null = null;

/** The training set in memory. Runs that follow each other mostly share it, and making its LR images takes longer than a smoke run. */
async function trainingPairs({ train: dataset, spec: { recipe } }: PreparedRun): Promise<TrainingPair[]> {
  const key = `${dataset.hash} ${recipe.scale}`;
  if (lastPairs?.key !== key) {
    lastPairs = null;
    lastPairs = { key, pairs: await loadPairs(dataset, recipe.scale) };
  }
  return lastPairs.pairs;
}

/** The checkpoint in a run's folder. Throws UserError naming the file if it is missing, damaged or of another run. */
export async function readRunCheckpoint(folder: string, hash: string): Promise<Checkpoint & { readonly extra: Extra }> {
  const { checkpoint } = runFiles(folder);
  const saved = await readCheckpoint(checkpoint).catch((error: unknown) => {
    throw error instanceof UserError ? new UserError(`${error.message}: ${remedy(folder)}`) : error;
  });
  const extra = saved.extra as Partial<Extra> | null;
  if (extra?.hash !== hash) throw new UserError(`${checkpoint} is of another run: ${remedy(folder)}`);
  return { ...saved, extra: extra as Extra };
}

function nextTensors(sampler: PatchSampler) {
  const { lr, hr, lrShape, hrShape } = sampler.next();
  return { lr: tensor4d(lr, lrShape), hr: tensor4d(hr, hrShape) };
}
