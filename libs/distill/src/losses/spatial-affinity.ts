import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { pixels } from './pixels';
import { unitVectors } from './unit-vectors';

export interface SpatialAffinityOptions {
  /** B: rows of the affinity matrix that exist at a time. Changes memory and speed, not the value. */
  readonly blockRows?: number;
}

const BLOCK_ROWS = 128;

/**
 * Spatial affinity of FAKD (ICIP 2020): mean |A_S - A_T| over images and pairs of pixels, A = F^T F with the feature of each pixel
 * divided by its norm (+ 1e-8), so that A holds the cosines between pixels. Maps `[n, h, w, c]` of the same n, h, w; the channels may
 * differ. Scalar in 0..2. Only the first argument receives a gradient.
 *
 * Memory: of the (hw) x (hw) matrices of n images only B rows of the difference exist at a time, and their signs: `affinityBytes` each,
 * 4 n B hw, where the whole would take 4 n (hw)^2, twice over. The gradient is summed up in the same pass, (hw) x c per image, so
 * that no row is kept or made again for the backward pass.
 * Throws RangeError for maps of different n, h or w, or a number of rows that is no positive integer.
 */
export function spatialAffinityLoss(student: Tensor4D, teacher: Tensor4D, { blockRows = BLOCK_ROWS }: SpatialAffinityOptions = {}): Scalar {
  if (!Number.isInteger(blockRows) || blockRows < 1)
    throw new RangeError(`spatial affinity: ${blockRows} rows, expected a positive integer`);
  if (student.shape.slice(0, 3).join() !== teacher.shape.slice(0, 3).join())
    throw new RangeError(
      `spatial affinity: student ${student.shape.join(' x ')}, teacher ${teacher.shape.join(' x ')}, expected equal n, h, w`,
    );
  return cosineDistance(unitVectors(pixels(student), 2), unitVectors(pixels(teacher), 2), blockRows);
}

/** Bytes of B rows of the affinity matrices of n images: 4 n min(B, hw) hw. All rows: pass hw as B. */
export function affinityBytes(images: number, height: number, width: number, blockRows = BLOCK_ROWS): number {
  const count = height * width;
  return 4 * images * Math.min(blockRows, count) * count;
}

/** mean |S S^T - T T^T|, block by block of rows, for S `[n, p, c]` and T `[n, p, d]`. */
function cosineDistance(student: Tensor3D, teacher: Tensor3D, blockRows: number): Scalar {
  return tf.customGrad((...inputs) => {
    const [s, save] = inputs as [Tensor3D, tf.GradSaveFunc];
    const [n, count] = s.shape;
    // One product gives the difference of both: [S T] [S -T]^T = S S^T - T T^T.
    const rows = tf.concat([s, teacher], 2);
    const columns = tf.concat([s, tf.neg(teacher)], 2);
    const sums: Scalar[] = [];
    const gradients: Tensor[] = [];
    for (let start = 0; start < count; start += blockRows) {
      const [sum, gradient] = tf.tidy((): [Scalar, Tensor] => {
        const block = tf.slice(rows, [0, start, 0], [-1, Math.min(blockRows, count - start), -1]);
        const difference = tf.matMul(block, columns, false, true);
        // Row by row first: a float32 sum over all pairs at once loses digits.
        return [tf.sum(tf.mean(tf.abs(difference), 2)), tf.matMul(tf.sign(difference), s)];
      });
      sums.push(sum);
      gradients.push(gradient);
    }
    const pixelCount = n * count;
    // The matrix is symmetric: a pixel is once a row and once a column.
    save([tf.mul(tf.concat(gradients, 1), 2 / (pixelCount * count))]);
    return {
      value: tf.div(tf.addN(sums), pixelCount),
      gradFunc: (dy: Tensor, [gradient]: Tensor[]) => tf.mul(gradient as Tensor, dy),
    };
  })(student) as Scalar;
}
