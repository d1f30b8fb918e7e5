import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import type { Model } from '../model';
import { conv } from './conv';
import { values, type ParamSpecs } from './parameters';

/** A colour (RGB, 0..1). */
export type Mean = readonly [number, number, number];

/** DIV2K's mean colour (RGB, 0..1), as the EDSR family subtracts it at the input and adds it at the output. */
export const DIV2K_MEAN: Mean = [0.4488, 0.4371, 0.404];
const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const;

/** Images 0..1 as the network wants them: range (x - mean). */
export function subtractMean(x: Tensor4D, range: number, mean: Mean = DIV2K_MEAN): Tensor4D {
  const centred = tf.sub<Tensor4D>(x, tf.tensor1d([...mean]));
  return range === 1 ? centred : tf.mul(centred, range);
}

/** The inverse: y / range + mean. */
export function addMean(y: Tensor4D, range: number, mean: Mean = DIV2K_MEAN): Tensor4D {
  const scaled = range === 1 ? y : tf.div<Tensor4D>(y, range);
  return tf.add(scaled, tf.tensor1d([...mean]));
}

/**
 * The fixed 1x1 convolutions that official checkpoints hold for this, `sub_mean` and `add_mean` (identity and -+ range mean), under the
 * module path of their parameters: `sub_mean` in EDSR, `sub_mean.shifter` in CARN.
 */
export function meanShiftConstants(range: number, module: '' | '.shifter' = '', mean: Mean = DIV2K_MEAN): Model['constants'] {
  const identity = { shape: [3, 3, 1, 1], values: IDENTITY };
  const shift = (sign: number) => ({ shape: [3], values: shiftOf(sign, range, mean) });
  return {
    [`sub_mean${module}.weight`]: identity,
    [`sub_mean${module}.bias`]: shift(-1),
    [`add_mean${module}.weight`]: identity,
    [`add_mean${module}.bias`]: shift(1),
  };
}

/** Both ends of a network: the mean colour taken away and added again. */
export interface MeanShift {
  readonly constants: Model['constants'];
  readonly parameters: ParamSpecs;
  /** Images 0..1 as the network wants them. */
  subtract(params: Params, x: Tensor4D): Tensor4D;
  /** The network's result as images 0..1. */
  add(params: Params, y: Tensor4D): Tensor4D;
}

/**
 * `fixed`, or `trained` like any other convolution, from the same values: the official code of RCAN and SAN sets `requires_grad` on the module, which
 * PyTorch ignores, so that its checkpoints hold other values.
 */
export function meanShift(kind: 'fixed' | 'trained', range: number, mean: Mean = DIV2K_MEAN): MeanShift {
  if (kind === 'fixed')
    return {
      constants: meanShiftConstants(range, '', mean),
      parameters: {},
      subtract: (_, x) => subtractMean(x, range, mean),
      add: (_, y) => addMean(y, range, mean),
    };
  return {
    constants: {},
    parameters: {
      'sub_mean.weight': values([1, 1, 3, 3], IDENTITY),
      'sub_mean.bias': values([3], shiftOf(-1, range, mean)),
      'add_mean.weight': values([1, 1, 3, 3], IDENTITY),
      'add_mean.bias': values([3], shiftOf(1, range, mean)),
    },
    subtract: (params, x) => conv(params, 'sub_mean', range === 1 ? x : tf.mul(x, range)),
    add(params, y) {
      const image = conv(params, 'add_mean', y);
      return range === 1 ? image : tf.div(image, range);
    },
  };
}

function shiftOf(sign: number, range: number, mean: Mean): number[] {
  return mean.map((value) => sign * range * value);
}
