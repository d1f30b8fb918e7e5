import * as tf from '@tensorflow/tfjs-core';

type Operation = (inputs: readonly tf.Tensor[], attrs: never) => tf.Tensor;

/** An operation with one input. */
function unary<A>(f: (x: never, attrs: A) => tf.Tensor): Operation {
  return (inputs, attrs) => f(inputs[0] as never, attrs);
}

type Resizing = { size: [number, number]; alignCorners: boolean; halfPixelCenters: boolean };

/** How tfjs computes the operations of the goldens, by their names. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  resizeBilinear: unary<Resizing>((x, a) => tf.image.resizeBilinear(x, a.size, a.alignCorners, a.halfPixelCenters)),
  resizeNearestNeighbor: unary<Resizing>((x, a) => tf.image.resizeNearestNeighbor(x, a.size, a.alignCorners, a.halfPixelCenters)),
};
