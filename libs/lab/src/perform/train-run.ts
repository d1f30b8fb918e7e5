import { existsSync } from 'node:fs';
import { readCheckpoint, train, writeCheckpoint, type Checkpoint, type Method, type State } from '@distillery/distill';
import { seedRng, UserError } from '@distillery/tensor';
import { dispose } from '@tensorflow/tfjs-core';
import { batchStreams, type StreamStates } from './batch-streams';
import { deployNetworks } from './deployed-networks';
import { METRICS, openMetricsLog, validationFormat, type LogPosition } from '../store/metrics-log';
import type { PreparedRun } from './prepare-run';
import type { RunProgress } from './progress';
import { readTiming, remedy, runFiles, writeTiming } from '../store/run-store';
import { validateEvery, validator, type ValidationSet } from './validation';

/** What a checkpoint holds besides the method's state. */
interface Extra extends StreamStates {
  readonly hash: string;
  /** Digests of the logs up to the checkpoint's step. */
  readonly logs: { readonly metrics: string; readonly validation?: string };
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
  const { schedule } = spec.recipe;
  const files = runFiles(folder);
  const saved = existsSync(files.checkpoint) ? await readRunCheckpoint(folder, hash) : null;
  const step = saved?.step ?? 0;
  onProgress?.({ kind: 'started', id, fromStep: step, steps: schedule.steps });
  const batches = await batchStreams(run, saved?.extra ?? null);
  const position = (log: keyof Extra['logs']) => saved && { step, digest: saved.extra.logs[log] ?? '' };
  const log = openMetricsLog(files.metrics, METRICS, position('metrics'), remedy(folder));
  const validation = run.validate && (await openValidationLog(run, run.validate, folder, position('validation')));
  const timing = await readTiming(folder);
  let { trainSeconds, uncompiled } = timing;
  let clock = performance.now();
  try {
    return await train({
      method,
      state: saved?.state ?? method.init(seedRng(spec.seed).split('init')),
      nextBatch: () => batches.next(),
      schedule,
      startStep: step,
      onFallback(reason) {
        uncompiled = reason;
        onProgress?.({ kind: 'fallback', id, reason });
      },
      onStep(done, losses) {
        log.append({ step: done, losses });
        onProgress?.({ kind: 'step', id, step: done, steps: schedule.steps, losses });
      },
      ...(validation && {
        validateEvery: validateEvery(spec.recipe),
        async onValidate(done: number, state: State) {
          const begun = performance.now();
          const psnr = await validation.note(done, method, state);
          onProgress?.({ kind: 'validated', id, step: done, psnr });
          // It does not count as training.
          clock += performance.now() - begun;
        },
      }),
      checkpointEvery: schedule.checkpointEvery,
      async onCheckpoint(done, state) {
        trainSeconds += (performance.now() - clock) / 1000;
        log.sync();
        validation?.log.sync();
        await writeTiming(folder, { ...timing, trainSeconds, ...(uncompiled !== undefined && { uncompiled }) });
        const logs = { metrics: log.digest(), ...(validation && { validation: validation.log.digest() }) };
        await writeCheckpoint(files.checkpoint, { state, step: done, extra: { hash, logs, ...batches.state() } satisfies Extra });
        clock = performance.now();
      },
      ...(signal && { signal }),
    });
  } finally {
    log.close();
    validation?.log.close();
  }
}

/** `validation.jsonl`, open to continue. `note` scores all networks that the method deploys, writes the scores down and returns them. */
async function openValidationLog({ spec: { recipe } }: PreparedRun, set: ValidationSet, folder: string, from: LogPosition | null) {
  const format = validationFormat(validateEvery(recipe), recipe.schedule.steps);
  const log = openMetricsLog(runFiles(folder).validation, format, from, remedy(folder));
  const validate = validator(await set.crops(), recipe.scale);
  return {
    log,
    async note(done: number, method: Method, state: State): Promise<Readonly<Record<string, number>>> {
      const { networks, own } = deployNetworks(method, state);
      try {
        const psnr = await validate(networks);
        log.append({ step: done, psnr });
        return psnr;
      } finally {
        dispose([...own]);
      }
    },
  };
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
