import type { Dataset, Image, TrainingPair } from '@distillery/data';
import type { Batch, Deployed, Method, Schedule, State } from '@distillery/distill';
import { DEFAULT_PROTOCOL, evaluateBicubic, evaluateModel, type Recipe } from '@distillery/lab';
import { PROTOCOLS } from '@distillery/metrics';
import { upscale } from '@distillery/models';
import { UserError } from '@distillery/tensor';
import { dispose } from '@tensorflow/tfjs-core';
import { LOG_AXIS } from '../display/plotly';
import { showComparison } from '../display/show-comparison';
import { showFigure } from '../display/show-figure';
import { showTable } from '../display/show-table';
import { smoothed } from '../display/smoothing';
import { faultyTerms } from './check-terms';
import type { Example } from './example';
import { networksOfRun, resultOfRun } from './perform';
import { signed } from './scores';
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

/**
 * Trains as `trainLive` does on the patches that a run of the recipe draws, and keeps the losses, so that `showTrials` can compare. Prints a line for each term
 * that sends no gradient into the network at the first step, or one that is not finite. The caller owns the state.
 */
export async function trainTrial(method: Method, options: TrialOptions): Promise<Trial> {
  const { title, recipe, schedule = recipe.schedule, pairs, seed, nextBatch = patchBatches(pairs, recipe, seed) } = options;
  const firstBatch = nextBatch();
  let first: typeof firstBatch | undefined = firstBatch;
  try {
    for (const line of faultyTerms(method, { seed, schedule, batch: firstBatch })) console.log(`${title}: ${line}`);
  } catch (error) {
    dispose({ ...firstBatch });
    throw error;
  }
  const losses: Record<string, [number, number][]> = {};
  const state = await trainLive(method, {
    title,
    schedule,
    seed,
    nextBatch() {
      const batch = first ?? nextBatch();
      first = undefined;
      return batch;
    },
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
  /** The loss whose curves are laid over each other. Default: `reconstruction`, or `total` if not all trials have that. */
  readonly curve?: string;
  /** The role of the network that is compared; default `student`. */
  readonly network?: string;
}

/**
 * What the difference between trainings does: their curves laid over each other, the PSNR and SSIM of their networks beside bicubic's and the difference in PSNR to the first one's, and what
 * they make of the example under a divider, the first one before, the last one after. A trial without the loss of the curve is left out of it, in a line that names the losses it has.
 * Throws UserError for no trials, for one that has no such network, and if none has that loss.
 */
export async function showTrials(trials: Readonly<Record<string, Trial>>, options: ShowTrialsOptions): Promise<void> {
  const { evaluationSet, example, network = 'student' } = options;
  const networks = Object.entries(trials).map(([title, trial]) => [title, deployedOf(title, trial, network)] as const);
  const [first] = networks;
  if (!first) throw new UserError('trials: none, expected at least one');
  const curve = options.curve ?? (Object.values(trials).every(({ losses }) => losses['reconstruction']) ? 'reconstruction' : 'total');
  const curves = curvesOf(trials, curve);
  const [title, { model }] = first;
  const { scale } = model;
  const protocols = [PROTOCOLS[DEFAULT_PROTOCOL]];
  const scored = [{ training: 'none: bicubic', score: (await evaluateBicubic(evaluationSet, scale, protocols)).mean[0] }];
  const images: Record<string, Image> = {};
  for (const [training, deployed] of networks) {
    scored.push({ training, score: (await evaluateModel(deployed, evaluationSet, scale, protocols)).mean[0] });
    images[training] = await upscale(deployed.model, deployed.params, example.lr);
  }
  showCurves(curves, curve);
  const reference = scored[1]?.score?.psnr ?? NaN;
  const against = ({ training, score }: (typeof scored)[number]) =>
    training === title ? undefined : signed((score?.psnr ?? NaN) - reference);
  showTable(
    scored.map((row) => ({
      training: row.training,
      'PSNR (dB)': row.score?.psnr,
      ...(networks.length > 1 && { [`over ${title} (dB)`]: against(row) }),
      SSIM: row.score?.ssim,
    })),
    { digits: 3, caption: `${network} on ${evaluationSet.name} x${scale}: one seed, evidence of nothing` },
  );
  const shown = networks.length === 1 ? { bicubic: example.bicubic, ...images } : { ...images, bicubic: example.bicubic };
  await showComparison({ ...shown, HR: example.hr }, { scale, right: Object.keys(images).at(-1) as string });
}

function deployedOf(title: string, { method, state }: Trial, network: string): Deployed {
  const deployed = method.deploy(state);
  const found = deployed[network];
  if (!found) throw new UserError(`trial '${title}' has no network '${network}', expected ${Object.keys(deployed).join(' or ')}`);
  return found;
}

type Curve = Trial['losses'][string];

/** The curves of one loss, of the trials that have it. */
function curvesOf(trials: Readonly<Record<string, Trial>>, curve: string): (readonly [title: string, Curve])[] {
  const curves: (readonly [string, Curve])[] = [];
  const without: string[] = [];
  for (const [title, { losses }] of Object.entries(trials)) {
    const found = losses[curve];
    if (found) curves.push([title, found]);
    else without.push(`${title} has no loss '${curve}', only ${Object.keys(losses).join(', ')}`);
  }
  if (curves.length === 0) throw new UserError(`curve '${curve}': ${without.join('; ')}`);
  for (const line of without) console.log(`${line}: it is left out of the curves`);
  return curves;
}

/** Smoothed, because single batches differ more than methods do. */
function showCurves(curves: ReturnType<typeof curvesOf>, curve: string): void {
  showFigure({
    data: curves.map(([name, losses]) => {
      const points = smoothed(losses);
      return { type: 'scatter', mode: 'lines', name, x: points.map(([step]) => step), y: points.map(([, value]) => value) };
    }),
    layout: {
      title: { text: `${curve}, smoothed` },
      xaxis: { title: { text: 'step' } },
      yaxis: { ...LOG_AXIS, title: { text: curve } },
      hovermode: 'x unified',
    },
  });
}
