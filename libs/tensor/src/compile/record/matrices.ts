import { broadcast_util } from '@tensorflow/tfjs-core';
import { sizeOf, type Value } from '../graph/value';
import { input, type KernelCall, type KernelRecorders } from './call';
import { cast } from './cast';

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

/** y[s] = the sum of x[i] with segmentIds[i] = s: the product with a matrix that has a one in row s and column i. The gradient of gathering. */
function unsortedSegmentSum(call: KernelCall): Value {
  const { builder } = call;
  const [x, ids] = [input(call, 'x'), input(call, 'segmentIds')];
  const count = call.attrs.numSegments as number;
  const [n = 0, ...rest] = x.shape;
  const segments = builder.constant(
    Int32Array.from({ length: count }, (_, s) => s),
    'int32',
    [count, 1],
  );
  const belongs = cast(builder, builder.elementwise('Equal', [segments, builder.reshape(ids, [1, n])], 'bool'), x.type);
  const sums = builder.node('MatMul', [belongs, builder.reshape(x, [n, sizeOf(rest)])], [count, sizeOf(rest)]);
  return builder.reshape(sums, [count, ...rest]);
}

export const MATRICES: KernelRecorders = { BatchMatMul: matMul, UnsortedSegmentSum: unsortedSegmentSum };
