import { broadcast_util } from '@tensorflow/tfjs-core';
import type { Value } from '../graph/value';
import { input, type KernelCall, type KernelRecorders } from './call';

/** a b over the last two axes, the others broadcast. */
function matMul(call: KernelCall): Value {
  const { builder } = call;
  const transposed = (x: Value, yes: unknown): Value => {
    const rank = x.shape.length;
    return yes
      ? builder.transpose(
          x,
          x.shape.map((_, i) => (i === rank - 2 ? rank - 1 : i === rank - 1 ? rank - 2 : i)),
        )
      : x;
  };
  const a = transposed(input(call, 'a'), call.attrs.transposeA);
  const b = transposed(input(call, 'b'), call.attrs.transposeB);
  const batch = broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return builder.node('MatMul', [a, b], [...batch, a.shape.at(-2) as number, b.shape.at(-1) as number]);
}

export const MATRICES: KernelRecorders = { BatchMatMul: matMul };
