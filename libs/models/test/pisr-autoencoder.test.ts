import * as tf from '@tensorflow/tfjs-core';
import { fsrcnn, pisrAutoencoder, vdsr, carn, type PisrView, type Scale } from '@distillery/models';
import { disposeParams, seedRng, useEngine, UserError } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { patternImage, patternParams } from './golden/golden';
import { shapeCount } from './shape-count';

const fsrcnnOf = (features: number, shrunk: number, mapping: number, scale: Scale) =>
  fsrcnn({ features, shrunk, mapping, scale, tail: { kind: 'deconvolution', crop: 4 }, slopes: 'layer', start: 'pytorch' });
const small = (scale: Scale, sees: PisrView) => pisrAutoencoder(fsrcnnOf(8, 4, 1, scale), { features: 6, shrunk: 5, sees });

describe('pisrAutoencoder', () => {
  beforeAll(() => useEngine('wasm'));

  it.each([2, 3, 4] as const)('has 86,084 parameters in the encoder and 12,644 in the decoder at x%i', (scale) => {
    const { shapes, decoder } = pisrAutoencoder(fsrcnnOf(56, 12, 4, scale), { features: 56, shrunk: 12, sees: 'hr' });
    const encoder = Object.fromEntries(Object.entries(shapes).filter(([name]) => name.startsWith('encoder.')));
    expect([shapeCount(encoder), shapeCount(decoder.shapes), shapeCount(shapes)]).toEqual([86_084, 12_644, 98_728]);
  });

  it('decodes its code as the student with the decoder parameters does', () => {
    const model = small(2, 'hr');
    const params = patternParams(model);
    let code: tf.Tensor4D | undefined;
    const features: string[] = [];
    const output = model.apply(params, patternImage([1, 6, 8, 1]), (tap, feature) => {
      if (tap === 'code') code = tf.keep(tf.clone(feature));
      features.push(tap);
    });
    expect(code?.shape).toEqual([1, 3, 4, 1]);
    expect(features).toEqual(['code', 'first_part', 'mid_part']);
    expect(model.decoder.apply(model.decoderParams(params), code as tf.Tensor4D).dataSync()).toEqual(output.dataSync());
  });

  it('draws what it states, the decoder at its own start', () => {
    const params = small(2, 'lr').init(seedRng(1));
    expect(Object.fromEntries(Object.entries(params).map(([name, tensor]) => [name, tensor.shape]))).toEqual(small(2, 'lr').shapes);
    expect(Math.max(...(params['decoder.last_part.weight'] as tf.Tensor).dataSync())).toBeGreaterThan(0.1); // U(-1/9, 1/9)
    disposeParams(params);
  });

  it.each([
    [
      'VDSR, which upsamples the code itself',
      pisrAutoencoder(vdsr({ features: 4, depth: 3, bias: true, scale: 3 }), { features: 4, shrunk: 3, sees: 'hr' }),
    ],
    [
      'CARN, with a code of three channels',
      pisrAutoencoder(carn({ features: 4, groups: 1, mobile: false, heads: 'one', scale: 3 }), { features: 4, shrunk: 3, sees: 'hr' }),
    ],
  ])('takes other students: %s', (_, model) => {
    const x = patternImage([1, 6, 9, model.channels]);
    expect(model.apply(patternParams(model), x).shape).toEqual(x.shape);
  });

  it('refuses an image whose sides are no multiples of the scale', () => {
    const model = small(3, 'hr');
    expect(() => model.apply(patternParams(model), patternImage([1, 6, 8, 1]))).toThrow(/8x6 pixels.*multiples of 3/);
    expect(() => pisrAutoencoder(model.decoder, { features: 0, shrunk: 3, sees: 'hr' })).toThrow(UserError);
  });
});
