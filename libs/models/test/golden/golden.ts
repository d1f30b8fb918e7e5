import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { loadParams, writeSafetensors, type Model } from '@distillery/models';
import type { Params } from '@distillery/tensor';

/** An output of a PyTorch float64 network, every `step`-th value. Made by `make.py`, which says how. */
export interface Golden {
  readonly input: [number, number, number, number];
  readonly output: readonly number[];
  readonly step: number;
  readonly values: readonly number[];
  /** PyTorch's state-dict names. */
  readonly names: readonly string[];
}

/** The golden called `name`; throws if it is missing. */
export function golden(name: string): Golden {
  const all = JSON.parse(readFileSync(join(__dirname, 'sr.json'), 'utf8')) as Record<string, Golden>;
  const found = all[name];
  if (!found) throw new Error(`no golden ${name} in sr.json`);
  return found;
}

/** `pattern` of make.py. */
function pattern(k: number, seed: number): number {
  return ((k * 7919 + seed * 104729) % 2000) / 1000 - 1;
}

/** `fill` of make.py, through a weights file in PyTorch's layout. Another `salt` gives other values. */
export function patternParams(model: Model, salt = 0): Params {
  const tensors = Object.entries(model.shapes).map(([name, shape]) => {
    const stored = shape.length === 4 ? [3, 2, 0, 1].map((axis) => shape[axis] as number) : shape;
    const seed = [...name].reduce((sum, c, i) => sum + (i + 1) * c.charCodeAt(0), salt) % 2000;
    const bound = stored.length > 1 ? 1 / Math.sqrt(stored.slice(1).reduce((product, side) => product * side, 1)) : 0.1;
    const size = stored.reduce((product, side) => product * side, 1);
    const data = Float32Array.from({ length: size }, (_, k) => pattern(k, seed) * bound);
    return [name, { shape: stored, data }] as const;
  });
  return loadParams(model, writeSafetensors(Object.fromEntries(tensors)));
}

/** The golden's input image, 0..1. */
export function patternImage(shape: [number, number, number, number]): tf.Tensor4D {
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, k) => (pattern(k, 1) + 1) / 2);
  return tf.tensor4d(values, shape);
}

/** What a model gives for the golden's parameters and input, at the golden's positions. */
export function outputAt({ input, step }: Golden, model: Model): { shape: readonly number[]; values: number[] } {
  const output = tf.tidy(() => model.apply(patternParams(model), patternImage(input)));
  const values = Array.from(output.dataSync()).filter((_, i) => i % step === 0);
  output.dispose();
  return { shape: output.shape, values };
}
