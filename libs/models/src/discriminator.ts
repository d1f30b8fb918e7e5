import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { normalTensor, type Params, type Rng } from '@distillery/tensor';
import { addBias, convParams } from './layers/conv';
import { drawParams, layers, param, shapesOf, type ParamShapes } from './layers/parameters';
import { powerIteration, spectralNorm } from './layers/spectral-norm';

/** A network that tells real from generated images, pixel by pixel. Parameters and the estimated singular vectors are kept apart: only the former are trained. */
export interface Discriminator {
  readonly features: number;
  readonly shapes: ParamShapes;
  /** Draws fresh parameters. The caller owns the tensors. */
  init(rng: Rng): Params;
  /** Unit vectors from which the power iterations start, `LAYER.u` and `LAYER.v`. The caller owns the tensors. */
  initVectors(rng: Rng): Params;
  /** The vectors after one more power iteration on these parameters. Not to be differentiated. */
  iterate(params: Params, vectors: Params): Params;
  /** Logits `[n, h, w, 1]` of images `[n, h, w, 3]` in 0..1. h and w at least 8. */
  apply(params: Params, vectors: Params, x: Tensor4D): Tensor4D;
}

const SLOPE = 0.2;

/**
 * U-Net discriminator with spectral normalisation (Real-ESRGAN, ICCVW 2021, 64 features): a 3x3 convolution; three 4x4 ones of stride 2 that double
 * the channels; three times bilinear x2 and a 3x3 convolution that halves them, plus the encoder's features of that size; two 3x3 ones; one to a single
 * channel. Leaky ReLU 0.2 after all but the last. All but the first and the last are normalised and have no bias.
 */
export function discriminator(features: number): Discriminator {
  const f = features;
  const normalised = [
    { name: 'conv1', kernel: 4, in: f, out: 2 * f },
    { name: 'conv2', kernel: 4, in: 2 * f, out: 4 * f },
    { name: 'conv3', kernel: 4, in: 4 * f, out: 8 * f },
    { name: 'conv4', kernel: 3, in: 8 * f, out: 4 * f },
    { name: 'conv5', kernel: 3, in: 4 * f, out: 2 * f },
    { name: 'conv6', kernel: 3, in: 2 * f, out: f },
    { name: 'conv7', kernel: 3, in: f, out: f },
    { name: 'conv8', kernel: 3, in: f, out: f },
  ] as const;
  const specs = layers(
    convParams('conv0', { kernel: 3, in: 3, out: f }),
    ...normalised.map(({ name, ...shape }) => convParams(name, { ...shape, bias: false })),
    convParams('conv9', { kernel: 3, in: f, out: 1 }),
  );
  return {
    features,
    shapes: shapesOf(specs),
    init: (rng) => drawParams(specs, rng),
    initVectors: (rng) =>
      Object.assign(
        {},
        ...normalised.map(({ name, kernel, in: inputs, out }) => ({
          [`${name}.u`]: unitVector(rng.split(`${name}.u`), out),
          [`${name}.v`]: unitVector(rng.split(`${name}.v`), kernel * kernel * inputs),
        })),
      ) as Params,
    iterate: (params, vectors) =>
      tf.tidy(() => {
        const next: Record<string, tf.Tensor> = {};
        for (const { name } of normalised) {
          const { left, right } = powerIteration(param<Tensor4D>(params, `${name}.weight`), param(vectors, `${name}.u`));
          next[`${name}.u`] = left;
          next[`${name}.v`] = right;
        }
        return next;
      }),
    apply: (params, vectors, x) => {
      return tf.tidy(() => {
        const kernel = (name: string): Tensor4D =>
          spectralNorm(param<Tensor4D>(params, `${name}.weight`), {
            left: param(vectors, `${name}.u`),
            right: param(vectors, `${name}.v`),
          });
        const same = (h: Tensor4D, name: string): Tensor4D => tf.leakyRelu(tf.conv2d(h, kernel(name), 1, 'same'), SLOPE);
        const down = (h: Tensor4D, name: string): Tensor4D => tf.leakyRelu(tf.conv2d(h, kernel(name), 2, 1), SLOPE);
        const up = (h: Tensor4D, skip: Tensor4D, name: string): Tensor4D => tf.add(same(enlarged(h, skip), name), skip);
        const plain = (h: Tensor4D, name: string): Tensor4D =>
          addBias(params, name, tf.conv2d(h, param<Tensor4D>(params, `${name}.weight`), 1, 'same'));
        const x0 = tf.leakyRelu(plain(x, 'conv0'), SLOPE);
        const x1 = down(x0, 'conv1');
        const x2 = down(x1, 'conv2');
        const x3 = down(x2, 'conv3');
        const y2 = up(x3, x2, 'conv4');
        const y1 = up(y2, x1, 'conv5');
        const y0 = up(y1, x0, 'conv6');
        return plain(same(same(y0, 'conv7'), 'conv8'), 'conv9');
      });
    },
  };
}

function unitVector(rng: Rng, length: number): tf.Tensor {
  return tf.tidy(() => {
    const drawn = normalTensor(rng, [length]);
    return tf.div(drawn, tf.sqrt(tf.sum(tf.square(drawn))));
  });
}

/** Bilinear enlargement to the size of `like`, half-pixel centres: by 2 where the sides are multiples of 8. */
function enlarged(x: Tensor4D, like: Tensor4D): Tensor4D {
  return tf.image.resizeBilinear(x, [like.shape[1], like.shape[2]], false, true);
}
