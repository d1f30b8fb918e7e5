import { BatchMatMul, matMul, type BatchMatMulAttrs, type GradConfig, type Tensor } from '@tensorflow/tfjs-core';
import { unbroadcast } from './unbroadcast';

/** c = a b: da = dc transpose(b), db = transpose(a) dc, summed over the leading axes that were broadcast, which tfjs' own forgets. */
export const batchMatMulGradient: GradConfig = {
  kernelName: BatchMatMul,
  inputsToSave: ['a', 'b'],
  gradFunc: (incoming, saved, attributes) => {
    const [a, b] = saved as [Tensor, Tensor];
    const { transposeA, transposeB } = attributes as unknown as BatchMatMulAttrs;
    const dc = incoming as Tensor;
    return {
      a: () => unbroadcast(transposeA ? matMul(b, dc, transposeB, true) : matMul(dc, b, false, !transposeB), a.shape),
      b: () => unbroadcast(transposeB ? matMul(dc, a, true, transposeA) : matMul(a, dc, !transposeA, false), b.shape),
    };
  },
};
