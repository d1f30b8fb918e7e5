import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Model } from '../model';

/** A symmetry of the square: transpose, then flips. */
interface Symmetry {
  readonly transpose: boolean;
  /** Axes of `[n, h, w, c]` to reverse. */
  readonly flips: number[];
}

const SYMMETRIES: readonly Symmetry[] = [false, true].flatMap((transpose) => [[], [1], [2], [1, 2]].map((flips) => ({ transpose, flips })));

/**
 * The model with geometric self-ensemble, the `+` of EDSR+: mean over the 8 symmetries g of the square of g^-1(f(g(x)))
 * (Timofte et al., CVPR 2016; Lim et al., CVPRW 2017). Same parameters, 8 times the cost; taps see the passes one after the other.
 */
export function selfEnsemble<C>(model: Model<C>): Model<C> {
  return {
    ...model,
    apply: (params, x, tap) =>
      SYMMETRIES.reduce<Tensor4D | null>((sum, symmetry) => {
        const next = tf.tidy(() => {
          const y = inverse(symmetry, model.apply(params, forward(symmetry, x), tap));
          const share = tf.mul<Tensor4D>(y, 1 / SYMMETRIES.length);
          return sum ? tf.add<Tensor4D>(sum, share) : share;
        });
        sum?.dispose();
        return next;
      }, null) as Tensor4D,
  };
}

function forward({ transpose, flips }: Symmetry, x: Tensor4D): Tensor4D {
  return flip(transpose ? transposed(x) : x, flips);
}

function inverse({ transpose, flips }: Symmetry, y: Tensor4D): Tensor4D {
  const unflipped = flip(y, flips);
  return transpose ? transposed(unflipped) : unflipped;
}

function transposed(x: Tensor4D): Tensor4D {
  return tf.transpose(x, [0, 2, 1, 3]);
}

function flip(x: Tensor4D, axes: number[]): Tensor4D {
  return axes.length > 0 ? tf.reverse(x, axes) : x;
}
