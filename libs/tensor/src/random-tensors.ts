import { tensor, util, type Tensor } from '@tensorflow/tfjs-core';
import type { Rng } from './rng';

function drawn(shape: readonly number[], draw: () => number): Tensor {
  const values = new Float32Array(util.sizeFromShape([...shape]));
  for (let i = 0; i < values.length; i++) values[i] = draw();
  return tensor(values, [...shape], 'float32');
}

/** x = mean + std z, z standard normal: a float32 tensor of `shape`, the same values on every engine. Advances `rng`. */
export function normalTensor(rng: Rng, shape: readonly number[], std = 1, mean = 0): Tensor {
  return drawn(shape, () => mean + std * rng.normal());
}

/** x uniform in [lo, hi), then rounded to float32: a tensor of `shape`, the same values on every engine. Advances `rng`. */
export function uniformTensor(rng: Rng, shape: readonly number[], lo: number, hi: number): Tensor {
  return drawn(shape, () => lo + (hi - lo) * rng.uniform());
}
