import { countDown, f32x4, i32, increase, wasmFunction, type Local, type WasmFunction } from './assembler';

/** Axes that one call walks over. */
export const LOOPS = 4;

/**
 * y[i, j, k, l] = x[i, j, k, l] for units of 1, 4 or 16 bytes. Parameters: the addresses y and x, then for each axis from
 * the outermost its count and its strides in y and x, in bytes.
 */
export function stridedCopyLoops(bytes: 1 | 4 | 16): WasmFunction {
  const copyUnit = { 1: i32.copy8, 4: i32.copy, 16: f32x4.copy }[bytes];
  const axes = Array.from({ length: LOOPS }, (_, axis) => axis);
  const names = ['y', 'x', ...axes.flatMap((axis) => [`count${axis}`, `yStride${axis}`, `xStride${axis}`])];
  return wasmFunction(names, (p, make) => {
    const of = (name: string): Local => p[name] as Local;
    const loop = (axis: number, y: Local, x: Local): number[] => {
      if (axis === LOOPS) {
        return [...copyUnit(y.get, x.get)];
      }
      const [count, yNext, xNext] = [make.i32(), make.i32(), make.i32()];
      return [
        ...count.set(of(`count${axis}`).get),
        ...yNext.set(y.get),
        ...xNext.set(x.get),
        ...countDown(count, [loop(axis + 1, yNext, xNext), increase(yNext, of(`yStride${axis}`)), increase(xNext, of(`xStride${axis}`))]),
      ];
    };
    return [loop(0, of('y'), of('x'))];
  });
}
