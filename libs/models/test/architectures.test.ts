import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Image } from '@distillery/data';
import { EVERY_ARCHITECTURE, upscale, type Model } from '@distillery/models';
import { disposeParams, seedRng, useEngine, UserError, valueAndGrads, type Params } from '@distillery/tensor';
import { golden, patternImage, patternParams } from './golden/golden';

beforeAll(async () => {
  await useEngine('wasm');
});

/** Every architecture in the small configurations of its golden. */
const NETWORKS = EVERY_ARCHITECTURE.flatMap((build) =>
  golden('sr', build.id).cases.map(({ options, scale }) => ({
    name: `${build.id} ${JSON.stringify({ scale, ...options })}`,
    model: build({ ...options, scale }),
  })),
);

/** Every convolution an average, every activation the identity on positive values: nothing that can reach a pixel is lost. */
function averagingParams(model: Model): Params {
  const value = (shape: readonly number[]): number => 1 / shape.slice(0, -1).reduce((product, side) => product * side, 1);
  return Object.fromEntries(
    Object.entries(model.shapes).map(([key, shape]) => [
      key,
      tf.fill([...shape], shape.length === 4 ? value(shape) : key.endsWith('bias') ? 0 : 1),
    ]),
  );
}

/** So large because a deep network passes on little of the outermost pixel. */
const LARGE = 1e30;
/** Beside numbers so large, sums of transformed tiles (Winograd) lose what lies next to them: values of about 1. */
const LOST = 1e3;

/** How much the output pixels of an LR pixel change when the LR row (axis 1) or column (axis 2) `distance` away does. */
function reach(model: Model, axis: 1 | 2, distance: number): number {
  const params = averagingParams(model);
  const side = 2 * model.halo + 5;
  const centre = model.halo + 2;
  const change = tf.tidy(() => {
    const shape: [number, number, number, number] = [1, side, side, model.channels];
    const x = tf.fill(shape, 0.5) as Tensor4D;
    const line = [1, 1, 1, 1] as [number, number, number, number];
    line[3 - axis] = side;
    line[3] = model.channels;
    const before = [0, 0, 0, 0] as [number, number, number, number];
    before[axis] = centre + distance;
    const padding = before.map((begin, i) => [begin, (shape[i] as number) - begin - (line[i] as number)] as [number, number]);
    const output = model.apply(params, x);
    // Down as well as up: bicubic interpolation turns one into the other, and a ReLU lets one of them pass.
    const changes = [LARGE, -LARGE].map((by) => tf.abs(tf.sub(output, model.apply(params, tf.add(x, tf.pad(tf.fill(line, by), padding))))));
    const begin = [0, 0, 0, 0];
    const size = [1, -1, -1, -1];
    begin[axis] = centre * model.scale;
    size[axis] = model.scale;
    return Math.max(...changes.map((change) => tf.max(tf.slice(change, begin, size)).dataSync()[0] as number));
  });
  disposeParams(params);
  return change;
}

function noise(width: number, height: number, channels: 1 | 3): Image {
  const rng = seedRng(1);
  return { width, height, channels, data: Uint8Array.from({ length: width * height * channels }, () => rng.integer(256)) };
}

describe.each(NETWORKS)('$name', ({ model }) => {
  const { channels, smallestSide = 1 } = model;
  /** Larger than the network asks for. */
  const [HEIGHT, WIDTH] = [smallestSide + 3, smallestSide + 4];

  it.skipIf(model.halo === Infinity)('depends on exactly `halo` LR pixels to each side', () => {
    for (const axis of [1, 2] as const) {
      const reached = (distance: number): boolean => [-1, 1].some((sign) => reach(model, axis, sign * distance) > LOST);
      expect([model.halo, model.halo + 1].map(reached)).toEqual([true, false]);
    }
  });

  it.skipIf(model.halo === Infinity)('gives the same pixels in tiles', async () => {
    const params = patternParams(model);
    const image = noise(23, 17, channels);
    const { data: whole } = await upscale(model, params, image, { tile: 23 });
    const { data: tiled } = await upscale(model, params, image, { tile: 6 });
    const different = whole.map((value, i) => Math.abs(value - (tiled[i] as number))).filter((difference) => difference > 0);
    // Sums in another order may come to the other side of a half.
    expect(different.length).toBeLessThanOrEqual(2);
    expect(Math.max(0, ...different)).toBeLessThanOrEqual(1);
    disposeParams(params);
  });

  it.skipIf(model.halo < Infinity)('looks at the whole image, and goes in tiles only where an overlap is asked for', async () => {
    const params = patternParams(model);
    const side = 3 * smallestSide + 40;
    // A third of the way in, far from what is cut off at the end.
    const place = Math.floor((side * model.scale) / 3);
    const pixel = tf.tidy(() => {
      const x = patternImage([1, side, side, channels]);
      const there = (part: Tensor4D) => [...tf.slice(model.apply(params, part), [0, place, place, 0], [1, 1, 1, 1]).dataSync()];
      return [there(x), there(tf.slice(x, 0, [1, side - 5, side, channels]))];
    });
    expect(pixel[0]).not.toEqual(pixel[1]);
    const image = noise(3 * smallestSide + 20, 2 * smallestSide + 20, channels);
    await expect(upscale(model, params, image, { tile: smallestSide + 10 })).rejects.toThrow(
      /looks at the whole image.*expected an overlap/,
    );
    const { data: whole } = await upscale(model, params, image);
    const { data: tiled } = await upscale(model, params, image, { tile: smallestSide + 10, overlap: 8 });
    const mean = whole.reduce((sum, value, i) => sum + Math.abs(value - (tiled[i] as number)), 0) / whole.length;
    expect(mean).toBeLessThan(16);
    disposeParams(params);
  });

  it('upscales the smallest image that it takes, and refuses a smaller one', () => {
    const params = patternParams(model);
    const y = model.apply(params, patternImage([1, smallestSide, smallestSide, channels]));
    expect(y.shape).toEqual([1, model.scale * smallestSide, model.scale * smallestSide, channels]);
    expect(y.dataSync().every(Number.isFinite)).toBe(true);
    if (smallestSide > 1) {
      const small = (): unknown => model.apply(params, patternImage([1, smallestSide, smallestSide - 1, channels]));
      expect(small).toThrow(UserError);
      expect(small).toThrow(`image of ${smallestSide - 1}x${smallestSide} pixels, expected at least ${smallestSide}x${smallestSide}`);
    }
    tf.dispose([params, y]);
  });

  it('frees all but loss and gradients', () => {
    const params = patternParams(model);
    const x = patternImage([2, HEIGHT, WIDTH, channels]);
    const before = tf.memory().numTensors;
    const { loss, grads } = valueAndGrads((p) => ({ loss: tf.sum(tf.square(model.apply(p, x))), aux: {} }), params);
    expect(tf.memory().numTensors).toBe(before + 1 + Object.keys(params).length);
    tf.dispose([params, x, loss, grads]);
  });

  it('shows the same features to a tap as it uses itself', () => {
    const params = patternParams(model);
    const x = patternImage([1, HEIGHT, HEIGHT, channels]);
    const seen: string[] = [];
    const [tapped, plain] = tf.tidy(() => [
      model.apply(params, x, (tap, feature) => {
        expect(feature.shape.slice(0, 1)).toEqual([1]);
        seen.push(tap);
      }),
      model.apply(params, x),
    ]) as [Tensor4D, Tensor4D];
    expect(tapped.dataSync()).toEqual(plain.dataSync());
    expect(seen.length).toBeGreaterThan(1);
    expect(new Set(seen).size).toBe(seen.length);
    tf.dispose([params, x, tapped, plain]);
  });

  it('draws its parameters in the shapes that it states, finite and not all alike', () => {
    const params = model.init(seedRng(0));
    expect(Object.fromEntries(Object.entries(params).map(([key, tensor]) => [key, tensor.shape]))).toEqual(model.shapes);
    for (const tensor of Object.values(params)) expect(tensor.dataSync().every(Number.isFinite)).toBe(true);
    const [again, other] = [model.init(seedRng(0)), model.init(seedRng(1))];
    const flat = (all: Params): number[] => Object.values(all).flatMap((tensor) => [...tensor.dataSync()]);
    expect(flat(again)).toEqual(flat(params));
    expect(flat(other)).not.toEqual(flat(params));
    tf.dispose([params, again, other]);
  });
});
