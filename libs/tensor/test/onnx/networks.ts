import * as tf from '@tensorflow/tfjs-core';
import { adamInit, adamUpdate, seedRng, uniformTensor, valueAndGrads, type AdamState, type Params, type Rng } from '@distillery/tensor';

/** EDSR in miniature, with all that it is made of: head, residual blocks, long skip, sub-pixel upsampling by 2, tail. */
export function tinyEdsr(features: number, blocks: number) {
  const names = ['head', ...Array.from({ length: blocks }, (_, i) => [`${i}.a`, `${i}.b`]).flat(), 'body', 'up', 'tail'];
  const channels = (name: string): [number, number] =>
    name === 'head' ? [3, features] : name === 'up' ? [features, 4 * features] : name === 'tail' ? [features, 3] : [features, features];
  const conv = (p: Params, name: string, x: tf.Tensor4D): tf.Tensor4D =>
    tf.add(tf.conv2d(x, p[`${name}.w`] as tf.Tensor4D, 1, 'same'), p[`${name}.b`] as tf.Tensor);
  return {
    init(rng: Rng): Params {
      const params: Record<string, tf.Tensor> = {};
      for (const name of names) {
        const [inputs, outputs] = channels(name);
        const bound = 1 / Math.sqrt(9 * inputs);
        params[`${name}.w`] = uniformTensor(rng, [3, 3, inputs, outputs], -bound, bound);
        params[`${name}.b`] = uniformTensor(rng, [outputs], -bound, bound);
      }
      return params;
    },
    apply(p: Params, x: tf.Tensor4D): tf.Tensor4D {
      const head = conv(p, 'head', tf.sub(x, tf.tensor1d([0.45, 0.44, 0.4])));
      let h = head;
      for (let i = 0; i < blocks; i++) h = tf.add(h, tf.mul(conv(p, `${i}.b`, tf.relu(conv(p, `${i}.a`, h))), 0.5));
      const up = tf.depthToSpace(conv(p, 'up', tf.add(conv(p, 'body', h), head)), 2, 'NHWC');
      return tf.add(conv(p, 'tail', up), tf.tensor1d([0.45, 0.44, 0.4]));
    },
  };
}

/** VGG in miniature: convolutions, ReLUs and max poolings, tapped after each ReLU. */
export function tinyVgg(rng: Rng): (x: tf.Tensor4D) => tf.Tensor4D[] {
  const kernels = [
    [3, 8],
    [8, 16],
    [16, 16],
  ].map(([i, o]) => uniformTensor(rng, [3, 3, i as number, o as number], -0.3, 0.3) as tf.Tensor4D);
  return (x) => {
    let h = x;
    return kernels.map((w, i) => (h = tf.relu(tf.conv2d(i ? tf.maxPool(h, 2, 2, 'valid') : h, w, 1, 'same'))));
  };
}

export interface TrainingState {
  readonly [slot: string]: Params;
}

export interface Batch {
  readonly lr: tf.Tensor4D;
  readonly hr: tf.Tensor4D;
  readonly learningRate: tf.Scalar;
}

export function trainingState(params: Params): TrainingState {
  const { m, v, t } = adamInit(params);
  return { params, m, v, t };
}

/** One Adam step on `loss` of the parameters. */
export function adamStep(loss: (p: Params, batch: Batch) => tf.Scalar) {
  return (state: TrainingState, batch: Batch): { state: TrainingState; losses: Record<string, tf.Scalar> } => {
    const params = state.params as Params;
    const { loss: value, grads } = valueAndGrads((p) => ({ loss: loss(p, batch), aux: {} }), params);
    const next = adamUpdate(params, grads, { m: state.m, v: state.v, t: state.t } as AdamState, batch.learningRate);
    return { state: { params: next.params, ...next.state }, losses: { total: value } };
  };
}

export function l1(a: tf.Tensor, b: tf.Tensor): tf.Scalar {
  return tf.mean(tf.abs(tf.sub(a, b)));
}

/** Batches that differ from step to step. */
export function batches(n: number, size: number): (step: number) => Batch {
  return (step) => {
    const rng = seedRng(1000 + step);
    return {
      lr: uniformTensor(rng, [n, size, size, 3], 0, 1) as tf.Tensor4D,
      hr: uniformTensor(rng, [n, 2 * size, 2 * size, 3], 0, 1) as tf.Tensor4D,
      learningRate: tf.scalar(1e-3),
    };
  };
}

/** Largest difference between two tensors, relative to the largest element. */
export function relativeDifference(actual: tf.Tensor, expected: tf.Tensor): number {
  return tf.tidy(() => {
    const scale = tf.max(tf.abs(expected)).dataSync()[0] as number;
    return (tf.max(tf.abs(tf.sub(actual, expected))).dataSync()[0] as number) / Math.max(scale, 1e-12);
  });
}
