import { matMul, reshape, tensor3d, tidy, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { UserError } from '@distillery/tensor';
import { cubic } from './cubic';

/**
 * Bicubic upsampling of a batch `[n, h, w, c]` to `[n, scale h, scale w, c]`: y = A_h x A_w^T with constant matrices. Half-pixel
 * centres, edge pixels repeated, no antialias, no clipping, any value range. a = -0.75 is PyTorch's
 * `interpolate(mode='bicubic', align_corners=False)`. Throws UserError unless `scale` is a positive integer.
 */
export function bicubicUpsampleTensor(x: Tensor4D, scale: number, a = -0.75): Tensor4D {
  if (!Number.isInteger(scale) || scale < 1) throw new UserError(`scale ${scale}: expected a positive integer`);
  const [n, h, w, c] = x.shape;
  return tidy(() => {
    const columns = reshape(x, [n, h, w * c]) as Tensor3D;
    const tall = matMul(upsampleMatrix(h, scale, a), columns);
    const rows = reshape(tall, [n * h * scale, w, c]) as Tensor3D;
    return reshape(matMul(upsampleMatrix(w, scale, a), rows), [n, h * scale, w * scale, c]) as Tensor4D;
  });
}

/** `[1, scale * size, size]`: row o holds the weights of output o, centred at (o + 1/2) / scale - 1/2. */
function upsampleMatrix(size: number, scale: number, a: number): Tensor3D {
  const outputs = size * scale;
  const matrix = new Float32Array(outputs * size);
  for (let o = 0; o < outputs; o++) {
    const centre = (o + 0.5) / scale - 0.5;
    const first = Math.floor(centre) - 1;
    for (let i = first; i < first + 4; i++) {
      const inside = Math.min(Math.max(i, 0), size - 1);
      matrix[o * size + inside] = (matrix[o * size + inside] as number) + cubic(centre - i, a);
    }
  }
  return tensor3d(matrix, [1, outputs, size]);
}
