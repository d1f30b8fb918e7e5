import {
  concat,
  conv2dTranspose,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  engine,
  matMul,
  ones,
  reshape,
  slice,
  tensor2d,
  zeros,
  type Rank,
} from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onEveryEngine } from './engines';

onEveryEngine(() => {
  describe('sizes that do not fit', () => {
    it('are refused by a transposed convolution, with both shapes named', () => {
      expect(() => conv2dTranspose(zeros<Rank.R4>([1, 5, 5, 2]), zeros<Rank.R4>([3, 3, 3, 2]), [1, 12, 12, 3], 2, 'same')).toThrow(
        /gives \[1,6,6,2\], but the gradient's shape is \[1,5,5,2\]/,
      );
    });
    it('are refused by the gradients of a convolution, whatever the padding', () => {
      const [x, filter, dy] = [zeros<Rank.R4>([1, 5, 5, 2]), zeros<Rank.R4>([3, 3, 2, 4]), zeros<Rank.R4>([1, 4, 4, 4])];
      const named = /gives \[1,5,5,4\], but the gradient's shape is \[1,4,4,4\]/;
      for (const pad of ['same', 1] as const) {
        const attrs = { strides: 1, pad, dataFormat: 'NHWC', inputShape: x.shape, filterShape: filter.shape };
        expect(() => engine().runKernel(Conv2DBackpropInput, { dy, filter }, attrs)).toThrow(named);
        expect(() => engine().runKernel(Conv2DBackpropFilter, { x, dy }, attrs)).toThrow(named);
      }
    });
    it('are refused by slice and concat', () => {
      const x = zeros<Rank.R4>([1, 5, 5, 2]);
      expect(() => slice(x, [0, 3, 0, 0], [1, 3, 5, 2])).toThrow();
      expect(() => concat([x, zeros<Rank.R4>([1, 4, 5, 2])], 3)).toThrow();
    });
  });

  // tfjs' own wasm kernel keeps the packed right factor under its buffer's identity, which reshaping does not change.
  it('the same data are multiplied in two shapes', () => {
    const b = tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    expect(Array.from(matMul(ones([1, 2]), b).dataSync())).toEqual([5, 7, 9]);
    expect(Array.from(matMul(ones([1, 3]), reshape(b, [3, 2])).dataSync())).toEqual([9, 12]);
  });
});
