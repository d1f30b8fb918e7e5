import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { imageToTensor, luma, resizeBicubic, tensorToImage, toRgb, type Image } from '@distillery/data';
import { edsr, imdn, selfEnsemble, upscale, upscaleLuma, type Model } from '@distillery/models';
import { disposeParams, seedRng, UserError, useEngine, type Params } from '@distillery/tensor';
import { tilingOf } from '../src/inference/tile-size';
import { tilesOf, type Region } from '../src/inference/tiles';
import { patternParams } from './golden/golden';

beforeAll(async () => {
  await useEngine('wasm');
});

function noise(seed: number, width: number, height: number, channels: 1 | 3 = 3): Image {
  const rng = seedRng(seed);
  return { width, height, channels, data: Uint8Array.from({ length: width * height * channels }, () => rng.integer(256)) };
}

/** A luma network that upscales by pixel repetition and adds `offset`: its outputs are known. */
function repeat(offset: number, scale = 2): Model {
  return {
    name: 'repeat',
    config: null,
    scale,
    channels: 1,
    halo: 0,
    shapes: {},
    constants: {},
    pixelRange: 1,
    init: () => ({}),
    apply: (_, x) => tf.tidy(() => tf.add<Tensor4D>(tf.image.resizeNearestNeighbor(x, [x.shape[1] * scale, x.shape[2] * scale]), offset)),
  };
}

describe('tilesOf', () => {
  const size = fc.integer({ min: 1, max: 40 });

  it('covers every pixel exactly once, with context that stays inside the image', () => {
    fc.assert(
      fc.property(size, size, fc.integer({ min: 1, max: 50 }), fc.nat(9), (width, height, side, halo) => {
        const covered = new Uint8Array(width * height);
        for (const { core, context } of tilesOf(width, height, side, halo)) {
          for (let y = core.y; y < core.y + core.height; y++)
            for (let x = core.x; x < core.x + core.width; x++) covered[y * width + x] = (covered[y * width + x] as number) + 1;
          const end = ({ x, y, width: w, height: h }: Region): [number, number] => [x + w, y + h];
          expect([context.x, context.y]).toEqual([Math.max(0, core.x - halo), Math.max(0, core.y - halo)]);
          expect(end(context)).toEqual([Math.min(width, end(core)[0] + halo), Math.min(height, end(core)[1] + halo)]);
        }
        expect(covered.every((count) => count === 1)).toBe(true);
      }),
    );
  });
});

describe('tilesOf, equal', () => {
  const size = fc.integer({ min: 1, max: 40 });

  it('covers the same cores with contexts of one size, each with the halo around its core or up to the edge', () => {
    fc.assert(
      fc.property(size, size, fc.integer({ min: 1, max: 50 }), fc.nat(9), (width, height, side, halo) => {
        const tiles = tilesOf(width, height, side, halo, { equal: true });
        expect(tiles.map(({ core }) => core)).toEqual(tilesOf(width, height, side, halo).map(({ core }) => core));
        for (const { core, context } of tiles) {
          expect([context.width, context.height]).toEqual([Math.min(width, side + 2 * halo), Math.min(height, side + 2 * halo)]);
          expect(context.x).toBeLessThanOrEqual(Math.max(0, core.x - halo));
          expect(context.y).toBeLessThanOrEqual(Math.max(0, core.y - halo));
          expect(context.x).toBeGreaterThanOrEqual(0);
          expect(context.y).toBeGreaterThanOrEqual(0);
          const [right, bottom] = [context.x + context.width, context.y + context.height];
          expect(right).toBeGreaterThanOrEqual(Math.min(width, core.x + core.width + halo));
          expect(bottom).toBeGreaterThanOrEqual(Math.min(height, core.y + core.height + halo));
          expect(right).toBeLessThanOrEqual(width);
          expect(bottom).toBeLessThanOrEqual(height);
        }
      }),
    );
  });
});

describe('upscale', () => {
  const model = edsr({ features: 8, blocks: 2, resScale: 1, scale: 3, rgbRange: 255 });
  let params: Params;
  beforeAll(() => {
    params = patternParams(model);
  });

  it('is the network, scaled to 0..255 and rounded', async () => {
    const image = noise(1, 9, 7);
    const output = tf.tidy(() => model.apply(params, imageToTensor(image)));
    expect(await upscale(model, params, image)).toEqual(tensorToImage(output));
    output.dispose();
  });

  it.each([5, 16, 64])('in tiles of %i gives the pixels of the whole image, borders included', async (tile) => {
    const image = noise(2, 41, 37);
    const whole = await upscale(model, params, image, { tile: 64 });
    expect(await upscale(model, params, image, { tile })).toEqual(whole);
  });

  it('needs all of its halo for that: one pixel less shows', async () => {
    const image = noise(2, 41, 37);
    const short = await upscale({ ...model, halo: model.halo - 1 }, params, image, { tile: 16 });
    expect(short.data).not.toEqual((await upscale(model, params, image, { tile: 64 })).data);
  });

  it('with an overlap that is asked for cuts even a network that looks at the whole image', async () => {
    const global = { ...model, halo: Infinity };
    const image = noise(2, 41, 37);
    const whole = await upscale(model, params, image, { tile: 64 });
    expect(await upscale(global, params, image, { tile: 16, overlap: model.halo })).toEqual(whole);
    expect((await upscale(global, params, image, { tile: 16, overlap: 0 })).data).not.toEqual(whole.data);
  });

  it('in tiles with self-ensemble gives the pixels of the whole image', async () => {
    const image = noise(3, 20, 23);
    const whole = await upscale(model, params, image, { selfEnsemble: true, tile: 64 });
    const tiled = await upscale(model, params, image, { selfEnsemble: true, tile: 7 });
    // A sum of eight in another order may round differently in the last bit of float32, and then at a half.
    const different = tiled.data.filter((value, i) => value !== whole.data[i]).length;
    expect(different).toBeLessThanOrEqual(2);
    expect(whole).not.toEqual(await upscale(model, params, image));
  });

  it('chooses tiles by itself where the whole image would take too much memory, and reports each', async () => {
    const wide = edsr({ features: 256, blocks: 1, resScale: 1, scale: 4, rgbRange: 1 });
    const calls: [number, number][] = [];
    const cheap = {
      ...wide,
      apply: (_: Params, x: Tensor4D): Tensor4D => tf.image.resizeNearestNeighbor(x, [x.shape[1] * 4, x.shape[2] * 4]),
    };
    // The stand-in is cheap to run; its cost is counted on the real network.
    const counted = {
      ...cheap,
      apply: (p: Params, x: Tensor4D): Tensor4D => (tf.getBackend() === 'wasm' ? cheap.apply(p, x) : wide.apply(p, x)),
    };
    await upscale(counted, {}, noise(4, 300, 200), { onTile: (done, total) => calls.push([done, total]) });
    expect(calls.length).toBeGreaterThan(1);
    expect(calls.at(-1)).toEqual([calls.length, calls.length]);
  });

  it('takes a grey image as R = G = B through an RGB network', async () => {
    const grey = noise(5, 8, 8, 1);
    expect(await upscale(model, params, grey)).toEqual(await upscale(model, params, toRgb(grey)));
  });

  it('upscales 1x1', async () => {
    const result = await upscale(model, params, noise(6, 1, 1));
    expect([result.width, result.height]).toEqual([3, 3]);
  });

  it('leaves no tensors behind', async () => {
    const before = tf.memory().numTensors;
    await upscale(model, params, noise(7, 12, 12), { tile: 6, selfEnsemble: true });
    expect(tf.memory().numTensors).toBe(before);
  });

  describe('with a luma network', () => {
    it('keeps the bicubic Cb and Cr of an RGB image and takes Y from the network', async () => {
      const image: Image = { width: 4, height: 3, channels: 3, data: new Uint8Array(36).map((_, i) => [90, 130, 60][i % 3] as number) };
      const result = await upscale(repeat(21.9 / 255), {}, image);
      // A flat image: bicubic leaves it flat. Y + 21.9 moves R, G and B by 21.9 * 255 / 219 = 25.5, rounded half up.
      expect(result).toEqual({
        width: 8,
        height: 6,
        channels: 3,
        data: new Uint8Array(144).map((_, i) => [116, 156, 86][i % 3] as number),
      });
    });

    it('has the luma of the network and the colour differences of bicubic, up to rounding', async () => {
      // Muted colours, so that nothing is clipped.
      const image = { ...noise(8, 10, 9), data: noise(8, 10, 9).data.map((value) => 100 + value / 5) };
      const result = await upscale(repeat(0), {}, image);
      const expected = (await upscaleLuma(repeat(0), {}, image)).data;
      luma(result).forEach((value, i) => expect(Math.abs(value - (expected[i] as number))).toBeLessThan(0.5));
      const bicubic = resizeBicubic(image, 2);
      const redMinusBlue = ({ data }: Image): number[] =>
        Array.from({ length: data.length / 3 }, (_, i) => (data[3 * i] as number) - (data[3 * i + 2] as number));
      redMinusBlue(result).forEach((value, i) => expect(Math.abs(value - (redMinusBlue(bicubic)[i] as number))).toBeLessThanOrEqual(1));
    });

    it('gives a grey image for a grey one', async () => {
      const image = noise(9, 5, 4, 1);
      const result = await upscale(repeat(0), {}, image);
      expect(result.channels).toBe(1);
      expect(result.data[2 * 10 + 2]).toBe(image.data[5 + 1]);
    });

    it('gives its luma unrounded: 16 to 235 for black to white', async () => {
      const image: Image = { width: 2, height: 1, channels: 1, data: Uint8Array.of(0, 255) };
      const { width, height, data } = await upscaleLuma(repeat(0), {}, image, { tile: 1 });
      expect([width, height]).toEqual([4, 2]);
      [16, 16, 235, 235, 16, 16, 235, 235].forEach((value, i) => expect(data[i]).toBeCloseTo(value, 4));
      const plane = { width: 2, height: 1, data: Float64Array.of(16, 235) };
      expect((await upscaleLuma(repeat(0), {}, plane)).data).toEqual(data);
      await expect(upscaleLuma(model, params, image)).rejects.toThrow(/EDSR is an RGB network/);
    });
  });

  describe('refuses, in one line,', () => {
    const refusal = async (run: Promise<unknown>, message: RegExp): Promise<void> => {
      await expect(run).rejects.toThrow(message);
      await expect(run).rejects.toBeInstanceOf(UserError);
    };

    it.each([0, -4, 2.5, NaN])('a tile of %d', (tile) =>
      refusal(upscale(model, params, noise(1, 8, 8), { tile }), /^tile .*positive integer$/),
    );

    it.each([-1, 0.5, NaN])('an overlap of %d', (overlap) =>
      refusal(upscale(model, params, noise(1, 8, 8), { overlap }), /^overlap .*non-negative integer$/),
    );

    it('tiles for a network that looks at the whole image', () =>
      refusal(upscale({ ...model, halo: Infinity }, params, noise(1, 8, 8), { tile: 4 }), /whole image.*expected an overlap/));

    it('more pixels at once than the engine can hold', () => {
      const wide = { ...edsr({ features: 256, blocks: 1, resScale: 1, scale: 4, rgbRange: 1 }), halo: Infinity };
      return refusal(
        upscale(wide, {}, noise(1, 400, 400)),
        /EDSR needs \d+ MiB for 400x400 pixels at once, engine wasm has \d+: expected a smaller image/,
      );
    });

    it('more pixels at once than the machine has memory for, on an engine that shares it', async () => {
      const [network, side] = [imdn({ features: 64, blocks: 6, scale: 4 }), 100_000];
      await useEngine('onnx');
      expect(() => tilingOf(network, side, side, {})).toThrow(
        /^IMDN needs \d+ MiB for 100000x100000 pixels at once, engine onnx has \d+: expected a smaller image, or tiles with an overlap \(--tile 256 --overlap 32\)/,
      );
      expect(tilingOf(network, side, side, { tile: 256, overlap: 32 }).side).toBe(256);
      expect(tilingOf(model, side, side, {}).side).toBeLessThan(side);
      await useEngine('wasm');
    });

    it('weights that give NaN', async () => {
      const broken = { ...params, 'tail.1.bias': tf.fill([3], NaN) };
      await refusal(upscale(model, broken, noise(1, 8, 8)), /not numbers/);
      broken['tail.1.bias'].dispose();
    });
  });
});

describe('selfEnsemble', () => {
  it('commutes with flips and transposition, which the network alone does not', () => {
    const model = edsr({ features: 4, blocks: 1, resScale: 1, scale: 2, rgbRange: 1 });
    const params = patternParams(model);
    const x = imageToTensor(noise(11, 7, 5));
    const symmetries: ((t: Tensor4D) => Tensor4D)[] = [
      (t) => tf.reverse(t, 1),
      (t) => tf.reverse(t, 2),
      (t) => tf.transpose(t, [0, 2, 1, 3]),
      (t) => tf.transpose(tf.reverse(t, 1), [0, 2, 1, 3]),
    ];
    const difference = (network: Model, g: (t: Tensor4D) => Tensor4D): number =>
      tf.tidy(() => tf.max(tf.abs(tf.sub(network.apply(params, g(x)), g(network.apply(params, x))))).dataSync()[0] as number);
    for (const g of symmetries) {
      expect(difference(selfEnsemble(model), g)).toBeLessThan(1e-5);
      expect(difference(model, g)).toBeGreaterThan(1e-3);
    }
    disposeParams(params);
    x.dispose();
  });
});
