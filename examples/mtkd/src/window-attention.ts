import { constant, layers, param, type ParamSpecs } from '@distillery/models';
import { normalTensor, type Params } from '@distillery/tensor';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';

/** Shape of a block of self-attention over the frequencies of a window. */
export interface BlockShape {
  readonly channels: number;
  readonly heads: number;
  /** Side of a window. */
  readonly window: number;
  /** Hidden channels of the perceptron, as a multiple of `channels`. */
  readonly mlpRatio: number;
}

/** y = x W + b over the channels: `name.weight` `[in, out]`, N(0, 0.02), and `name.bias`, 0: Swin's initialisation, whose truncation at 2 cuts nothing off. */
export function linearParams(name: string, inputs: number, out: number): ParamSpecs {
  return layers({ [`${name}.weight`]: normal([inputs, out]) }, { [`${name}.bias`]: constant([out], 0) });
}

function normal(shape: readonly number[]): ParamSpecs[string] {
  return { shape, draw: (rng) => normalTensor(rng, shape, 0.02) };
}

function linear(params: Params, name: string, x: Tensor2D): Tensor2D {
  return tf.add(tf.matMul(x, param<Tensor2D>(params, `${name}.weight`)), param<Tensor1D>(params, `${name}.bias`));
}

export function normParams(name: string, channels: number): ParamSpecs {
  return layers({ [`${name}.weight`]: constant([channels], 1) }, { [`${name}.bias`]: constant([channels], 0) });
}

/** Layer normalisation over the channels: (x - mean) / sqrt(variance + 1e-5) weight + bias. */
export function layerNorm(params: Params, name: string, x: Tensor4D): Tensor4D {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const deviation = tf.sqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-5));
  return tf.add(tf.mul(tf.div(centred, deviation), param<Tensor1D>(params, `${name}.weight`)), param<Tensor1D>(params, `${name}.bias`));
}

export function blockParams(name: string, { channels, heads, window, mlpRatio }: BlockShape): ParamSpecs {
  return layers(
    normParams(`${name}.norm1`, channels),
    { [`${name}.attn.relative_position_bias_table`]: normal([(2 * window - 1) ** 2, heads]) },
    linearParams(`${name}.attn.qkv`, channels, 3 * channels),
    linearParams(`${name}.attn.proj`, channels, channels),
    normParams(`${name}.norm2`, channels),
    linearParams(`${name}.mlp.fc1`, channels, mlpRatio * channels),
    linearParams(`${name}.mlp.fc2`, mlpRatio * channels, channels),
  );
}

/**
 * DCTSwin's block: x + idct(attention(dct(norm(x)))), then y + mlp(norm(y)), `[n, h, w, channels]`, h and w multiples of the window. Transform and attention are within
 * each window; `shift` moves the windows' grid, around the image's edge. The tokens of the attention are frequencies, so no mask can keep apart what comes
 * from opposite edges.
 */
export function block(params: Params, name: string, x: Tensor4D, shape: BlockShape, shift: number): Tensor4D {
  return tf.tidy(() => {
    const [n, h, w, channels] = x.shape;
    const seen = roll(layerNorm(params, `${name}.norm1`, x), -shift);
    const attended = attention(params, `${name}.attn`, frequencies(seen, shape.window), shape);
    const y = tf.add<Tensor4D>(x, roll(image(attended, [n, h, w, channels], shape.window), shift));
    const flat = tf.reshape(layerNorm(params, `${name}.norm2`, y), [-1, channels]) as Tensor2D;
    const hidden = gelu(linear(params, `${name}.mlp.fc1`, flat));
    return tf.add<Tensor4D>(y, tf.reshape(linear(params, `${name}.mlp.fc2`, hidden), [n, h, w, channels]));
  });
}

/** `[windows, window^2, channels]` -> the same: every frequency attends to all of its window, by heads, with a learned bias for each distance. */
function attention(params: Params, name: string, x: Tensor3D, { channels, heads, window }: BlockShape): Tensor3D {
  const [windows, tokens] = x.shape;
  const depth = channels / heads;
  const qkv = linear(params, `${name}.qkv`, tf.reshape(x, [-1, channels]));
  const split = tf.transpose(tf.reshape(qkv, [windows, tokens, 3, heads, depth]), [2, 0, 3, 1, 4]);
  const [q, k, v] = tf.split(split, 3).map((part) => tf.reshape(part, [windows * heads, tokens, depth])) as [Tensor3D, Tensor3D, Tensor3D];
  const likeness = tf.reshape(tf.matMul(tf.mul<Tensor3D>(q, depth ** -0.5), k, false, true), [windows, heads, tokens, tokens]);
  const table = param<Tensor2D>(params, `${name}.relative_position_bias_table`);
  const bias = tf.reshape(tf.gather(table, tf.tensor1d(relativePositions(window), 'int32')), [tokens, tokens, heads]);
  const weights = tf.softmax(tf.add(likeness, tf.transpose(bias, [2, 0, 1])) as Tensor4D);
  const mixed = tf.matMul(tf.reshape(weights, [windows * heads, tokens, tokens]) as Tensor3D, v);
  const joined = tf.reshape(tf.transpose(tf.reshape(mixed, [windows, heads, tokens, depth]), [0, 2, 1, 3]), [-1, channels]) as Tensor2D;
  return tf.reshape(linear(params, `${name}.proj`, joined), [windows, tokens, channels]);
}

/** Row in the table of biases for each pair of tokens of a window. */
function relativePositions(window: number): number[] {
  const tokens = Array.from({ length: window * window }, (_, i) => [Math.floor(i / window), i % window] as const);
  return tokens.flatMap(([y, x]) => tokens.map(([v, u]) => (y - v + window - 1) * (2 * window - 1) + (x - u + window - 1)));
}

/** x / 2 (1 + erf(x / sqrt 2)) */
function gelu(x: Tensor2D): Tensor2D {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}

/** The image moved down and to the right by so many pixels, around its edges. */
function roll(x: Tensor4D, by: number): Tensor4D {
  if (by === 0) return x;
  return [1, 2].reduce((moved, axis) => {
    const size = moved.shape[axis] as number;
    const first = (size - by) % size;
    const [head, tail] = tf.split<Tensor4D>(moved, [first, size - first], axis) as [Tensor4D, Tensor4D];
    return tf.concat<Tensor4D>([tail, head], axis);
  }, x);
}

/** The discrete cosine transform of each window and channel: `[n, h, w, c]` -> `[windows, window^2, c]`. */
function frequencies(x: Tensor4D, window: number): Tensor3D {
  const [n, h, w, c] = x.shape;
  const parts = tf.reshape(x, [n, h / window, window, w / window, window, c]);
  const pixels = tf.reshape(tf.transpose(parts, [0, 1, 3, 5, 2, 4]), [-1, window * window]) as Tensor2D;
  const transformed = tf.matMul(pixels, matrix(cosines(window)), false, true);
  return tf.transpose(tf.reshape(transformed, [-1, c, window * window]), [0, 2, 1]);
}

/** Its inverse. */
function image(x: Tensor3D, [n, h, w, c]: readonly [number, number, number, number], window: number): Tensor4D {
  const waves = tf.reshape(tf.transpose(x, [0, 2, 1]), [-1, window * window]) as Tensor2D;
  const pixels = tf.matMul(waves, matrix(inverseCosines(window)), false, true);
  const parts = tf.reshape(pixels, [n, h / window, w / window, c, window, window]) as Tensor;
  return tf.reshape(tf.transpose(parts, [0, 1, 4, 2, 5, 3]), [n, h, w, c]);
}

/** X[k] = 2 sum_m x[m] cos(pi k (2 m + 1) / (2 size)), not normalised: rows are k. */
function cosines(size: number): number[][] {
  return square(size, (k, m) => 2 * Math.cos((Math.PI * k * (2 * m + 1)) / (2 * size)));
}

function inverseCosines(size: number): number[][] {
  return square(size, (m, k) => ((k === 0 ? 0.5 : 1) / size) * Math.cos((Math.PI * k * (2 * m + 1)) / (2 * size)));
}

function square(size: number, value: (row: number, column: number) => number): number[][] {
  return Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_, column) => value(row, column)));
}

/** A transform of rows and of columns as one matrix over the flattened window. */
function matrix(one: readonly (readonly number[])[]): Tensor2D {
  const size = one.length;
  const at = (i: number, j: number): number =>
    (one[Math.floor(i / size)]?.[Math.floor(j / size)] as number) * (one[i % size]?.[j % size] as number);
  return tf.tensor2d(square(size * size, at));
}
