import type { HeldLock } from '@distillery/data';
import { train, type Method, type State } from '@distillery/distill';
import { seedRng } from '@distillery/tensor';
import { dispose } from '@tensorflow/tfjs-core';
import { batchStreams } from './batch-streams';
import { continueRun, writeRunCheckpoint } from './continue-run';
import { deployNetworks } from './deployed-networks';
import type { MetricsLog } from '../store/metrics-log';
import type { ValidationLine } from '../store/run-files';
import type { PreparedRun } from './prepare-run';
import type { RunProgress } from './progress';
import { readTiming, writeTiming } from '../store/run-store';
import { trainingClock } from './training-clock';
import { validateEvery } from '../experiment/validate-every';
import { validator } from './validation';

export interface TrainRunOptions {
  onProgress?(progress: RunProgress): void;
  readonly signal?: AbortSignal | undefined;
  /** The run's lock, without which nothing is written. */
  readonly lock: HeldLock;
}

/**
 * Trains a run in `folder` to its last step, from its checkpoint if there is one (the one before if that is damaged), and returns the final state (the caller disposes
 * it). N steps at once and N steps with any number of interruptions leave the same bytes in `metrics.jsonl` and
 * `checkpoint.safetensors`. Throws UserError if both checkpoints or the metrics are damaged, the lock is lost, or an image is smaller than a patch.
 */
export async function trainRun(
  run: PreparedRun,
  method: Method,
  folder: string,
  { onProgress, signal, lock }: TrainRunOptions,
): Promise<State> {
  const { id, hash, spec } = run;
  const { schedule } = spec.recipe;
  const { saved, metrics: log, validation: validationLog, damage } = await continueRun(run, folder);
  const step = saved?.step ?? 0;
  if (damage !== null) onProgress?.({ kind: 'damaged', id, reason: damage, fromStep: step });
  onProgress?.({ kind: 'started', id, fromStep: step, steps: schedule.steps });
  const batches = await batchStreams(run, saved?.extra ?? null);
  const validation = validationLog && (await openValidation(run, validationLog));
  const timing = await readTiming(folder);
  let { uncompiled } = timing;
  const clock = trainingClock(timing);
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
          const psnr = await clock.besideTraining(() => validation.note(done, method, state));
          onProgress?.({ kind: 'validated', id, step: done, psnr });
        },
      }),
      checkpointEvery: schedule.checkpointEvery,
      async onCheckpoint(done, state) {
        const seconds = clock.read();
        log.sync();
        validation?.log.sync();
        await writeTiming(folder, { ...timing, ...seconds, ...(uncompiled !== undefined && { uncompiled }) }, lock);
        const logs = { metrics: log.digest(), ...(validation && { validation: validation.log.digest() }) };
        await writeRunCheckpoint(folder, { state, step: done, extra: { hash, logs, ...batches.state() } }, lock);
        clock.goOn();
      },
      ...(signal && { signal }),
    });
  } finally {
    log.close();
    validation?.log.close();
  }
}

/** `note` scores all networks that the method deploys, writes the scores down and returns them. */
async function openValidation({ spec: { recipe }, validate: set }: PreparedRun, log: MetricsLog<ValidationLine>) {
  const validate = validator(await (set as NonNullable<typeof set>).crops(), recipe.scale);
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
