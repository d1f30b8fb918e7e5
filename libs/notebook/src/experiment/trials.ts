import type { Dataset, Image, TrainingPair } from '@distillery/data';
import type { Batch, Deployed, Method, Schedule, State } from '@distillery/distill';
import { DEFAULT_PROTOCOL, evaluateBicubic, evaluateModel, type Recipe } from '@distillery/lab';
import { PROTOCOLS } from '@distillery/metrics';
import { upscale } from '@distillery/models';
import { UserError } from '@distillery/tensor';
import { showComparison } from '../display/show-comparison';
import { showFigure } from '../display/show-figure';
import { showTable } from '../display/show-table';
import { smoothed } from '../display/smoothing';
import type { Example } from './example';
import { networksOfRun, resultOfRun } from './perform';
import type { Session } from './session';
import { patchBatches, trainLive } from './train-live';

/** A training that is over: its method, the state it ended in and all its losses, as [step, value]. */
export interface Trial {
  readonly method: Pick<Method, 'deploy'>;
  readonly state: State;
  readonly losses: Readonly<Record<string, readonly (readonly [step: number, value: number])[]>>;
}

export interface TrialOptions {
  readonly title: string;
  /** Says how large patches and batches are and, unless `schedule` does, how long to train at which rate. */
  readonly recipe: Recipe;
  readonly schedule?: Schedule;
  readonly pairs: readonly TrainingPair[];
  readonly seed: number;
  /** Draws the batches; default: the patches of `pairs` that a run of the recipe draws. */
  readonly nextBatch?: () => Omit<Batch, 'learningRate'>;
}

/** Trains as `trainLive` does on the patches that a run of the recipe draws, and keeps the losses, so that `showTrials` can compare. The caller owns the state. */
export async function trainTrial(method: Method, { title, recipe, schedule, pairs, seed, nextBatch }: TrialOptions): Promise<Trial> {
  const losses: Record<string, [number, number][]> = {};
  const state = await trainLive(method, {
    title,
    schedule: schedule ?? recipe.schedule,
    seed,
    nextBatch: nextBatch ?? patchBatches(pairs, recipe, seed),
    onStep(step, values) {
      for (const [name, value] of Object.entries(values)) (losses[name] ??= []).push([step, value]);
    },
  });
  return { method, state, losses };
}

/** A finished run as a trial, to be compared with others: nothing is trained again. Throws UserError if the run is not finished. The caller owns the tensors of its networks. */
export async function trialOfRun(session: Session, recipe: Recipe): Promise<Trial> {
  const [networks, { curves }] = await Promise.all([networksOfRun(session, recipe), resultOfRun(session, recipe)]);
  return { method: { deploy: () => networks }, state: {}, losses: curves };
}

export interface ShowTrialsOptions {
  /** What the networks are scored on, and the image that they are seen at. */
  readonly evaluationSet: Dataset;
  readonly example: Example;
  /** The loss whose curves are laid over each other; of a trial that has no such loss its `total`. Default `reconstruction`. */
  readonly curve?: string;
  /** The role of the network that is compared; default `student`. */
  readonly network?: string;
}

/**
 * What the difference between trainings does: their curves laid over each other, the PSNR and SSIM of their networks beside bicubic's, and what they make of the example under a
 * divider, the first one before, the last one after. Throws UserError for no trials, and for one that has no such network.
 */
export async function showTrials(trials: Readonly<Record<string, Trial>>, options: ShowTrialsOptions): Promise<void> {
  const { evaluationSet, example, curve = 'reconstruction', network = 'student' } = options;
  const networks = Object.entries(trials).map(([title, trial]) => [title, deployedOf(title, trial, network)] as const);
  const [first] = networks;
  if (!first) throw new UserError('trials: none, expected at least one');
  const { scale } = first[1].model;
  const protocols = [PROTOCOLS[DEFAULT_PROTOCOL]];
  const [bicubic] = (await evaluateBicubic(evaluationSet, scale, protocols)).mean;
  const rows = [{ training: 'none: bicubic', 'PSNR (dB)': bicubic?.psnr, SSIM: bicubic?.ssim }];
  const images: Record<string, Image> = {};
  for (const [title, deployed] of networks) {
    const [mean] = (await evaluateModel(deployed, evaluationSet, scale, protocols)).mean;
    rows.push({ training: title, 'PSNR (dB)': mean?.psnr, SSIM: mean?.ssim });
    images[title] = await upscale(deployed.model, deployed.params, example.lr);
  }
  showCurves(trials, curve);
  showTable(rows, { digits: 3, caption: `${network} on ${evaluationSet.name} x${scale}: one seed, evidence of nothing` });
  const shown = networks.length === 1 ? { bicubic: example.bicubic, ...images } : { ...images, bicubic: example.bicubic };
  await showComparison({ ...shown, HR: example.hr }, { scale, right: Object.keys(images).at(-1) as string });
}

function deployedOf(title: string, { method, state }: Trial, network: string): Deployed {
  const deployed = method.deploy(state);
  const found = deployed[network];
  if (!found) throw new UserError(`trial '${title}' has no network '${network}', expected ${Object.keys(deployed).join(' or ')}`);
  return found;
}

/** Smoothed, because single batches differ more than methods do. */
function showCurves(trials: Readonly<Record<string, Trial>>, curve: string): void {
  showFigure({
    data: Object.entries(trials).map(([name, { losses }]) => {
      const points = smoothed(losses[curve] ?? losses['total'] ?? []);
      return { type: 'scatter', mode: 'lines', name, x: points.map(([step]) => step), y: points.map(([, value]) => value) };
    }),
    layout: {
      title: { text: `${curve}, smoothed` },
      xaxis: { title: { text: 'step' } },
      yaxis: { type: 'log', title: { text: curve }, tickformat: '~g' },
      hovermode: 'x unified',
    },
  });
}
