import type { Rule } from '../graph/rewrite';
import { isNode, operand, sameShape, sizeOf, type Value } from '../graph/value';

/** Reshapes to the same shape and reshapes of reshapes. */
export const simplifyReshape: Rule = (value, { builder }) => {
  if (value.source.op !== 'Reshape') return null;
  const x = operand(value, 0);
  if (sameShape(x.shape, value.shape)) return x;
  return isNode(x, 'Reshape') ? builder.reshape(operand(x, 0), value.shape) : null;
};

/** Transposes of transposes; transposes that only move axes of size 1 are reshapes. */
export const simplifyTranspose: Rule = (value, { builder }) => {
  if (value.source.op !== 'Transpose') return null;
  const x = operand(value, 0);
  const perm = value.source.attrs.perm as readonly number[];
  const moved = perm.filter((axis) => x.shape[axis] !== 1);
  if (moved.every((axis, i) => i === 0 || axis > (moved[i - 1] as number))) return builder.reshape(x, value.shape);
  if (!isNode(x, 'Transpose')) return null;
  const inner = x.source.attrs.perm as readonly number[];
  return builder.transpose(
    operand(x, 0),
    perm.map((axis) => inner[axis] as number),
  );
};

/** Slices that cut nothing off. */
export const simplifySlice: Rule = (value) => {
  if (value.source.op !== 'Slice') return null;
  const steps = value.source.attrs.steps as readonly number[];
  return sameShape(operand(value, 0).shape, value.shape) && steps.every((step) => step === 1) ? operand(value, 0) : null;
};

/**
 * The gradient of depthToSpace arrives as reshape, transpose, reshape: `[n, s h, s w, c]` as `[n h, s, w, s c]`, its two middle axes
 * exchanged, as `[n, h, w, s s c]`. One operation again.
 */
export const spaceToDepth: Rule = (value, { builder }) => {
  if (value.source.op !== 'Reshape' || value.shape.length !== 4) return null;
  const transposed = operand(value, 0);
  if (!isNode(transposed, 'Transpose') || (transposed.source.attrs.perm as readonly number[]).join() !== '0,2,1,3') return null;
  const split = operand(transposed, 0);
  if (!isNode(split, 'Reshape')) return null;
  const image: Value = operand(split, 0);
  if (image.shape.length !== 4) return null;
  const [n, h, w] = value.shape as [number, number, number, number];
  const [, height, width, c] = image.shape as [number, number, number, number];
  const s = height / h;
  const pattern = [n * h, s, w, s * c];
  if (s === 1 || width !== s * w || !sameShape(split.shape, pattern) || sizeOf(value.shape) !== sizeOf(image.shape)) return null;
  return builder.node('SpaceToDepth', [image], value.shape, { blockSize: s });
};
