import type { ParamShapes } from '@distillery/models';

/** Scalars in tensors of these shapes. */
export function shapeCount(shapes: ParamShapes): number {
  return Object.values(shapes).reduce((sum, shape) => sum + shape.reduce((product, side) => product * side, 1), 0);
}
