import * as tf from '@tensorflow/tfjs-core';
import { fsrcnn, pisrAutoencoder, vdsr, carn, type PisrAutoencoder, type PisrView, type Scale } from '@distillery/models';
import { disposeParams, ENGINES, engineStatus, seedRng, useEngine, UserError, valueAndGrads, type Params } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { golden, outputAt, patternImage, patternParams } from './golden/golden';
import { shapeCount } from './shape-count';

const fsrcnnOf = (features: number, shrunk: number, mapping: number, scale: Scale) =>
  fsrcnn({ features, shrunk, mapping, scale, tail: { kind: 'deconvolution', crop: 4 }, slopes: 'layer', start: 'pytorch' });
const small = (scale: Scale, sees: PisrView) => pisrAutoencoder(fsrcnnOf(8, 4, 1, scale), { features: 6, shrunk: 5, sees });

describe('pisrAutoencoder', () => {
  beforeAll(() => useEngine('wasm'));

  // The golden's last layer is PyTorch's own transposed convolution with padding 4 and output padding s - 1.
  it.each([
    ['pisr-hr-x2', small(2, 'hr')],
    ['pisr-hr-x3', small(3, 'hr')],
    ['pisr-lr-x4', small(4, 'lr')],
  ])('%s equals PyTorch in float64, under its state-dict names', (name, model) => {
    const expected = golden(name);
    expect(Object.keys(model.shapes).sort()).toEqual([...expected.names].sort());
    const { shape, values } = outputAt(expected, model);
    expect(shape).toEqual(expected.output);
    expected.values.forEach((value, i) => expect(values[i]).toBeCloseTo(value, 5));
  });

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

/** The gradient of sum y^2 in one value of a parameter, by central differences on the reference engine. */
function slope(model: PisrAutoencoder, params: Params, x: tf.Tensor4D, name: string, index: number): number {
  const loss = (by: number): number =>
    tf.tidy(() => {
      const tensor = params[name] as tf.Tensor;
      const moved = tensor.dataSync().map((value, i) => (i === index ? value + by : value));
      return tf.sum(tf.square(model.apply({ ...params, [name]: tf.tensor(moved, tensor.shape) }, x))).dataSync()[0] as number;
    });
  const step = 0.01;
  return (loss(step) - loss(-step)) / (2 * step);
}

for (const engine of ENGINES) {
  describe(`engine ${engine}`, async () => {
    const { available } = (await engineStatus()).find(({ name }) => name === engine) ?? { available: false };
    it.skipIf(!available).each([2, 3, 4] as const)('has the gradients of central differences through the stride, x%i', async (scale) => {
      await useEngine(engine);
      const model = small(scale, 'hr');
      const params = patternParams(model);
      const x = patternImage([2, 12, 12, 1]);
      const { grads } = valueAndGrads((p) => ({ loss: tf.sum(tf.square(model.apply(p, x))), aux: {} }), params);
      for (const [name, index] of [
        ['encoder.0.weight', 7],
        ['encoder.2.weight', 101],
        ['encoder.2.weight', 700],
        ['encoder.2.bias', 2],
      ] as const) {
        const actual = grads[name]?.dataSync()[index] as number;
        const expected = slope(model, params, x, name, index);
        expect(Math.abs(actual - expected)).toBeLessThan(0.01 * Math.abs(expected) + 1e-3);
      }
    });
  });
}
