import type { Image } from '@distillery/data';
import { UserError } from '@distillery/tensor';
import type { Tensor4D } from '@tensorflow/tfjs-core';

/** Nine colours of viridis (matplotlib), from dark blue to yellow: equal steps of value look equally large, also to colour-blind readers. */
const VIRIDIS = ['440154', '472d7b', '3b528b', '2c728e', '21918c', '28ae80', '5ec962', 'addc30', 'fde725'].map((hex) =>
  [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)),
);

/**
 * Numbers, row by row, as an image: 0 is dark, `max` and more yellow. Without `max` the largest is yellow. Throws UserError if there are not `width` x `height` of them.
 */
export function heatMap(values: ArrayLike<number>, width: number, height: number, max = Math.max(...Array.from(values))): Image {
  if (values.length !== width * height) throw new UserError(`heat map: ${values.length} values, expected ${width} x ${height}`);
  const data = new Uint8Array(3 * values.length);
  for (let i = 0; i < values.length; i++) data.set(colourOf(max > 0 ? (values[i] as number) / max : 0), 3 * i);
  return { width, height, channels: 3, data };
}

function colourOf(share: number): number[] {
  const at = Math.min(Math.max(share, 0), 1) * (VIRIDIS.length - 1);
  const below = Math.min(Math.floor(at), VIRIDIS.length - 2);
  const [from, to] = [VIRIDIS[below], VIRIDIS[below + 1]] as [number[], number[]];
  return from.map((value, i) => Math.round(value + (at - below) * ((to[i] as number) - value)));
}

/**
 * A feature map, a gradient or a difference `[n, h, w, c]` as an image: the mean of |values| over the channels, of the sample `index`, as `heatMap` colours it. The
 * caller keeps the tensor.
 */
export function featureImage(feature: Tensor4D, index = 0, max?: number): Image {
  const [samples, height, width, channels] = feature.shape;
  if (index >= samples) throw new UserError(`feature image: sample ${index}, expected one of 0 to ${samples - 1}`);
  const values = feature.dataSync();
  const means = Array.from({ length: height * width }, (_, pixel) => {
    const first = (index * height * width + pixel) * channels;
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += Math.abs(values[first + c] as number);
    return sum / channels;
  });
  return heatMap(means, width, height, max);
}
