import { pad, type Tensor4D } from '@tensorflow/tfjs-core';

/** Channels are worked on in panels of four, the lanes of a vector register. */
export const PANEL = 4;

export function wholePanels(channels: number): number {
  return Math.ceil(channels / PANEL) * PANEL;
}

/** x with zeros added so that each of `axes` holds whole panels. */
export function padToPanels(x: Tensor4D, axes: readonly number[]): Tensor4D {
  const missing = x.shape.map((length, axis) => (axes.includes(axis) ? wholePanels(length) - length : 0));
  return missing.every((count) => count === 0) ? x : pad(x, missing.map((count) => [0, count])); // prettier-ignore
}
