import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { EdsrConfig } from '@distillery/models';
import { leakChecked, seedRng, uniformTensor, type Rng } from '@distillery/tensor';
import { TOY_RANGE } from './toy-range';
import { flattenState, type Batch, type Method, type State } from '@distillery/distill';

/** A teacher small enough for a test. */
export const TOY_TEACHER: EdsrConfig = { features: 8, blocks: 1, resScale: 1, rgbRange: TOY_RANGE, scale: 2 };

/** Smooth random images: LR is drawn coarse, HR is its bilinear enlargement, so that there is something to learn. */
export function toyBatch(rng: Rng, count = 4, side = 6, scale = 2): { lr: Tensor4D; hr: Tensor4D } {
  return tf.tidy(() => {
    const lr = uniformTensor(rng, [count, side, side, 3], 0, 1) as Tensor4D;
    return { lr, hr: tf.image.resizeBilinear(lr, [side * scale, side * scale], false, true) };
  });
}

/** A toy batch with every stream that a method may ask for: the same HR degraded otherwise, and unrelated LR patches. */
export function toyStreams(rng: Rng): Omit<Batch, 'learningRate'> {
  const batch = toyBatch(rng);
  return { ...batch, blind: tf.tidy(() => tf.pow<Tensor4D>(batch.lr, 1.2)), real: toyBatch(rng.split('real')).lr };
}

export function withRate(batch: Omit<Batch, 'learningRate'>, rate = 1e-3): Batch {
  return { ...batch, learningRate: tf.scalar(rate) };
}

/** A stand-in for VGG19: five fixed random convolutions with ReLU and pooling, `[n, h, w, 3]` -> five layers. */
export function toyFeatures(seed: number): (image: Tensor4D) => Tensor4D[] {
  const rng = seedRng(seed);
  const kernels = [3, 4, 4, 4, 4].map((channels) => uniformTensor(rng, [3, 3, channels, 4], -0.5, 0.5) as Tensor4D);
  return (image) => {
    const layers: Tensor4D[] = [];
    kernels.reduce((x, kernel, i) => {
      const feature = tf.relu(tf.conv2d(i === 0 ? x : tf.maxPool(x, 2, 2, 'same'), kernel, 1, 'same'));
      layers.push(feature);
      return feature;
    }, image);
    return layers;
  };
}

/** Steps a method by hand, freeing what each step replaces; returns the last state and every total loss. */
export function steps(method: Method, initial: State, batches: readonly Batch[]): { state: State; totals: number[] } {
  let state = initial;
  const totals = batches.map((batch) => {
    const result = tf.tidy(() => method.step(state, batch));
    state = result.state;
    return result.losses.total?.dataSync()[0] as number;
  });
  return { state, totals };
}

/** Every number of a state, by tensor, for exact comparison. */
export function numbers(state: State): Record<string, number[]> {
  return Object.fromEntries(Object.entries(flattenState(state)).map(([name, tensor]) => [name, [...tensor.dataSync()]]));
}

/** Throws if a step of the method, from its first state, leaves more tensors alive than those it returns. */
export function stepWithoutLeak(method: Method, batch: Batch = withRate(toyBatch(seedRng(2)))): void {
  const state = method.init(seedRng(1));
  const before = new Set(Object.values(flattenState(state)));
  const step = leakChecked(
    () => tf.tidy(() => method.step(state, batch)),
    ({ state: next, losses }) =>
      Object.values(flattenState(next)).filter((tensor) => !before.has(tensor)).length + Object.keys(losses).length,
  );
  step();
}
