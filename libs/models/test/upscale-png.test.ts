import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeImage, type Image } from '@distillery/data';
import { edsr, fsrcnn, upscale } from '@distillery/models';
import { useEngine } from '@distillery/tensor';
import { pngBytes } from '../../data/test/png-bytes';
import { patternParams } from './golden/golden';

beforeAll(async () => {
  await useEngine('wasm');
});

/** One row of three pixels as each kind of PNG, and what they are in 8 bits without alpha. */
const KINDS = [
  ['grey', { bitDepth: 8, colourType: 0 }, [20, 128, 250], [], [20, 128, 250]],
  ['grey of 16 bits', { bitDepth: 16, colourType: 0 }, [20, 20, 128, 128, 250, 250], [], [20, 128, 250]],
  ['grey with alpha', { bitDepth: 8, colourType: 4 }, [20, 0, 128, 255, 250, 7], [], [20, 128, 250]],
  [
    'RGB of 16 bits',
    { bitDepth: 16, colourType: 2 },
    [1, 1, 2, 2, 3, 3, 40, 40, 50, 50, 60, 60, 7, 7, 8, 8, 9, 9],
    [],
    [1, 2, 3, 40, 50, 60, 7, 8, 9],
  ],
  ['RGB with alpha', { bitDepth: 8, colourType: 6 }, [1, 2, 3, 0, 40, 50, 60, 128, 7, 8, 9, 255], [], [1, 2, 3, 40, 50, 60, 7, 8, 9]],
  ['a palette', { bitDepth: 8, colourType: 3 }, [1, 0, 1], [['PLTE', [1, 2, 3, 40, 50, 60]]], [40, 50, 60, 1, 2, 3, 40, 50, 60]],
] as const;

const NETWORKS = [
  ['an RGB network', edsr({ features: 4, blocks: 1, resScale: 1, scale: 2, rgbRange: 255 })],
  ['a luma network', fsrcnn({ features: 4, shrunk: 2, mapping: 1, scale: 2, tail: { kind: 'deconvolution', crop: 4 } })],
] as const;

describe.each(NETWORKS)('through %s', (_, model) => {
  it.each(KINDS)('a PNG of %s gives what its plain pixels give', async (_kind, header, row, extra, pixels) => {
    const chunks = extra.map(([type, data]) => [type, data] as [string, readonly number[]]);
    const image = await decodeImage(pngBytes({ width: 3, height: 1, ...header }, [row], chunks), 'it.png');
    const plain: Image = { width: 3, height: 1, channels: pixels.length === 3 ? 1 : 3, data: Uint8Array.from(pixels) };
    const params = patternParams(model);
    const result = await upscale(model, params, image);
    expect(result).toEqual(await upscale(model, params, plain));
    expect(result).toMatchObject({ width: 6, height: 2, channels: model.channels === 3 ? 3 : plain.channels });
    tf.dispose(params);
  });

  it.each([1, 3] as const)('a single pixel of %i channels gives scale x scale', async (channels) => {
    const params = patternParams(model);
    const result = await upscale(model, params, { width: 1, height: 1, channels, data: new Uint8Array(channels).fill(99) });
    expect(result).toMatchObject({ width: 2, height: 2 });
    tf.dispose(params);
  });
});
