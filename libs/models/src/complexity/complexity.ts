import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Model } from '../model';
import { counting } from './counting-backend';

/** What a network costs. */
export interface Complexity {
  readonly parameters: number;
  /**
   * Multiply-adds of one forward pass: convolutions as output elements x kernel area x input channels per group (zero padding counted, biases
   * not), transposed convolutions as input elements x kernel area x output channels, and products of two computed matrices. Element-wise
   * operations and fixed interpolation count nothing, as in the papers' "Multi-Adds".
   */
  readonly multiplyAdds: number;
  /** Elements of the outputs of all convolutions of one forward pass. */
  readonly activations: number;
  /** The most bytes that the tensors of a forward pass hold at the same time, input and output included, parameters not. */
  readonly peakBytes: number;
}

/** Counts a forward pass of one LR image of `[height, width]` pixels, by running `model.apply` on tensors without values. */
export function complexity(model: Model, [height, width]: readonly [height: number, width: number]): Complexity {
  const tally = counting((start) => {
    const params = Object.fromEntries(Object.entries(model.shapes).map(([name, shape]) => [name, tf.fill([...shape], 0)]));
    start();
    model.apply(params, tf.fill([1, height, width, model.channels], 0) as Tensor4D);
  });
  const parameters = Object.values(model.shapes).reduce((sum, shape) => sum + shape.reduce((product, side) => product * side, 1), 0);
  return { parameters, ...tally };
}
