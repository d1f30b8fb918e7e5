import { add, MirrorPad, pad, reverse, slice, type GradConfig, type MirrorPadAttrs, type Tensor } from '@tensorflow/tfjs-core';

/**
 * y = x continued by its mirror image on both sides. Each border element of y is a copy, so its gradient is added to that of the
 * element it copies; tfjs' own gradient drops it. Worked along one axis after another.
 */
export const mirrorPadGradient: GradConfig = {
  kernelName: MirrorPad,
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attributes) => {
    const [x] = saved as [Tensor];
    const { paddings, mode } = attributes as unknown as MirrorPadAttrs;
    // 'reflect' does not repeat the edge element, 'symmetric' does.
    const skipped = mode === 'reflect' ? 1 : 0;
    return {
      x: () =>
        paddings.reduce(
          (gradient, [before, after], axis) => foldBack(gradient, axis, before, after, x.shape[axis] as number, skipped),
          dy as Tensor,
        ),
    };
  },
};

function foldBack(dy: Tensor, axis: number, before: number, after: number, size: number, skipped: number): Tensor {
  const part = (begin: number, length: number): Tensor => {
    return slice(
      dy,
      dy.shape.map((_, i) => (i === axis ? begin : 0)),
      dy.shape.map((whole, i) => (i === axis ? length : whole)),
    );
  };
  const mirrored = (border: Tensor, front: number): Tensor => {
    const length = border.shape[axis] as number;
    return pad(
      reverse(border, axis),
      dy.shape.map((_, i) => (i === axis ? [front, size - length - front] : [0, 0])),
    );
  };
  let gradient = part(before, size);
  if (before > 0) gradient = add(gradient, mirrored(part(0, before), skipped));
  if (after > 0) gradient = add(gradient, mirrored(part(before + size, after), size - after - skipped));
  return gradient;
}
