import {
  degradePatches,
  DEGRADATIONS,
  loadLr,
  loadPairs,
  patchSampler,
  type Dataset,
  type PatchBatch,
  type TrainingPair,
} from '@distillery/data';
import type { Batch } from '@distillery/distill';
import { restoreRng, seedRng, type Rng, type RngState } from '@distillery/tensor';
import { tensor4d } from '@tensorflow/tfjs-core';
import type { PreparedRun } from './prepare-run';

/** The generators behind a run's batches, as they stand in its checkpoint: the patches', and one per further stream of the recipe. */
export interface StreamStates {
  readonly sampler: RngState;
  readonly streams?: Readonly<Record<string, RngState>>;
}

/** An endless, reproducible sequence of batches. */
export interface BatchStreams {
  next(): Omit<Batch, 'learningRate'>;
  state(): StreamStates;
}

/**
 * The batches that a recipe asks for: pairs of the training set, whose LR may be degraded otherwise (`data.lr`), the same HR degraded blindly
 * (`data.blind`), and unrelated LR patches of a target set (`data.real`). Each stream has its own generator, so that adding one leaves the others
 * as they were. `saved` continues a sequence. Throws UserError if an image is smaller than a patch.
 */
export async function batchStreams(run: PreparedRun, saved: StreamStates | null): Promise<BatchStreams> {
  const { data, scale } = run.spec.recipe;
  const generator = (label: string): Rng => {
    const state = label === 'patches' ? saved?.sampler : saved?.streams?.[label];
    return state ? restoreRng(state) : seedRng(run.spec.seed).split(label);
  };
  const patches = generator('patches');
  const sampler = patchSampler(await trainingPairs(run.train, scale), { ...data, scale }, patches);
  const generators: Record<string, Rng> = {};
  const stream = (label: string): Rng => (generators[label] = generator(label));

  const degraded = (label: 'lr' | 'blind'): ((batch: PatchBatch) => Float32Array) | null => {
    const name = data[label];
    if (name === undefined) return null;
    const rng = stream(label);
    return (batch) => degradePatches(batch, DEGRADATIONS[name], scale, rng);
  };
  const [lrOf, blindOf] = [degraded('lr'), degraded('blind')];
  const target = run.real && patchSampler(await loadLr(run.real, scale), { ...data, patch: data.patch / scale, scale: 1 }, stream('real'));

  return {
    next() {
      const batch = sampler.next();
      const { lr, hr, lrShape, hrShape } = batch;
      const blind = blindOf?.(batch);
      const real = target?.next().lr;
      return {
        lr: tensor4d(lrOf?.(batch) ?? lr, lrShape),
        hr: tensor4d(hr, hrShape),
        ...(blind && { blind: tensor4d(blind, lrShape) }),
        ...(real && { real: tensor4d(real, lrShape) }),
      };
    },
    state() {
      const streams = Object.fromEntries(Object.entries(generators).map(([label, rng]) => [label, rng.state()]));
      return { sampler: sampler.state(), ...(Object.keys(streams).length > 0 && { streams }) };
    },
  };
}

let lastPairs: { readonly key: string; readonly pairs: TrainingPair[] } | null = null;

/** The training set in memory. Runs that follow each other mostly share it, and making its LR images takes longer than a smoke run. */
async function trainingPairs(dataset: Dataset, scale: number): Promise<TrainingPair[]> {
  const key = `${dataset.hash} ${scale}`;
  if (lastPairs?.key !== key) {
    lastPairs = null;
    lastPairs = { key, pairs: await loadPairs(dataset, scale) };
  }
  return lastPairs.pairs;
}
