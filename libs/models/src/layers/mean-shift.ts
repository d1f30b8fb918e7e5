import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Model } from '../model';

/** DIV2K's mean colour (RGB, 0..1), as the EDSR family subtracts it at the input and adds it at the output. */
const DIV2K_MEAN = [0.4488, 0.4371, 0.404] as const;

/** Images 0..1 as the network wants them: range (x - mean). */
export function subtractMean(x: Tensor4D, range: number): Tensor4D {
  const centred = tf.sub<Tensor4D>(x, tf.tensor1d([...DIV2K_MEAN]));
  return range === 1 ? centred : tf.mul(centred, range);
}

/** The inverse: y / range + mean. */
export function addMean(y: Tensor4D, range: number): Tensor4D {
  const scaled = range === 1 ? y : tf.div<Tensor4D>(y, range);
  return tf.add(scaled, tf.tensor1d([...DIV2K_MEAN]));
}

/**
 * The fixed 1x1 convolutions that official checkpoints hold for this, `sub_mean` and `add_mean` (identity and -+ range mean), under the
 * module path of their parameters: `sub_mean` in EDSR, `sub_mean.shifter` in CARN.
 */
export function meanShiftConstants(range: number, module: '' | '.shifter' = ''): Model['constants'] {
  const identity = { shape: [3, 3, 1, 1], values: [1, 0, 0, 0, 1, 0, 0, 0, 1] };
  const shift = (sign: number) => ({ shape: [3], values: DIV2K_MEAN.map((mean) => sign * range * mean) });
  return {
    [`sub_mean${module}.weight`]: identity,
    [`sub_mean${module}.bias`]: shift(-1),
    [`add_mean${module}.weight`]: identity,
    [`add_mean${module}.bias`]: shift(1),
  };
}
