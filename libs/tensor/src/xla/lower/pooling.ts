import type { NodeValue } from '../../compile/graph/value';
import type { Hlo, HloBuilder, WindowAttrs } from './hlo-builder';

/** The window over all four axes of an NHWC image. */
function windowOf({ source: { attrs } }: NodeValue): WindowAttrs {
  const { window, strides, pads } = attrs as Readonly<Record<string, readonly number[]>> as {
    window: readonly number[];
    strides: readonly number[];
    pads: readonly number[];
  };
  const [top, left, bottom, right] = pads as readonly [number, number, number, number];
  return {
    window: [1, ...window, 1],
    strides: [1, ...strides, 1],
    pads: [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
  };
}

export function lowerMaxPool(builder: HloBuilder, value: NodeValue, [x]: readonly [Hlo]): Hlo {
  return builder.reduceWindow('maximum', x, windowOf(value), value.shape);
}

/**
 * dy added where the maximum of its window was: the first of equals. The image is padded beforehand: among equals in windows that reach over an edge, XLA
 * chooses another one.
 */
export function lowerMaxPoolGradient(builder: HloBuilder, value: NodeValue, [dy, x]: readonly [Hlo, Hlo]): Hlo {
  const { pads, ...window } = windowOf(value);
  const [before, after] = [pads.map(([side]) => side), pads.map(([, side]) => side)];
  const padded = builder.pad(x, before, after, -Infinity);
  const none = pads.map((): readonly [number, number] => [0, 0]);
  return builder.slice(builder.selectAndScatter(padded, dy, { ...window, pads: none }), before, x.shape);
}

/** Means over windows, of what lies inside the image. */
export function lowerAveragePool(builder: HloBuilder, value: NodeValue, [x]: readonly [Hlo]): Hlo {
  const window = windowOf(value);
  const sums = builder.reduceWindow('add', x, window, value.shape);
  return builder.elementwise('divide', [sums, builder.broadcast(pixelsIn(builder, window, x, value.shape), value.shape)]);
}

/** How many pixels each window has inside the image, `[1, h, w, 1]`. */
function pixelsIn(builder: HloBuilder, { window, strides, pads }: WindowAttrs, x: Hlo, shape: readonly number[]): Hlo {
  const along = (axis: 1 | 2): number[] =>
    Array.from({ length: shape[axis] as number }, (_, i) => {
      const start = i * (strides[axis] as number) - (pads[axis]?.[0] as number);
      return Math.min(start + (window[axis] as number), x.shape[axis] as number) - Math.max(start, 0);
    });
  const [rows, columns] = [along(1), along(2)];
  const counts = Float32Array.from(rows.flatMap((row) => columns.map((column) => row * column)));
  return builder.constant(counts, 'float32', [1, rows.length, columns.length, 1]);
}
