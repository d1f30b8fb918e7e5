import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Image } from '@distillery/data';
import {
  carn,
  edsr,
  fsrcnn,
  idn,
  imdn,
  pan,
  rcan,
  rrdbnet,
  san,
  snsr,
  srvgg,
  tnsr,
  upscale,
  vdsr,
  type Model,
  type Scale,
} from '@distillery/models';
import { disposeParams, seedRng, useEngine, UserError, valueAndGrads, type Params } from '@distillery/tensor';
import { golden, outputAt, patternImage, patternParams } from './golden/golden';
import { shapeCount } from './shape-count';

beforeAll(async () => {
  await useEngine('wasm');
});

const fsrcnnSmall = { features: 8, shrunk: 4 };
const carnSmall = { features: 8, groups: 4 };
const deconvolution = (crop: number): { kind: 'deconvolution'; crop: number } => ({ kind: 'deconvolution', crop });

/** Every architecture, small, as in golden/make.py. */
const SMALL: Readonly<Record<string, Model>> = {
  'edsr-x2': edsr({ features: 8, blocks: 2, resScale: 0.1, scale: 2, rgbRange: 255 }),
  'edsr-x3': edsr({ features: 8, blocks: 2, resScale: 1, scale: 3, rgbRange: 255 }),
  'edsr-x4': edsr({ features: 8, blocks: 2, resScale: 1, scale: 4, rgbRange: 1 }),
  'fsrcnn-x2': fsrcnn({ ...fsrcnnSmall, mapping: 2, scale: 2, tail: deconvolution(4) }),
  'fsrcnn-x3': fsrcnn({ ...fsrcnnSmall, mapping: 1, scale: 3, tail: deconvolution(3) }),
  'fsrcnn-x4': fsrcnn({ ...fsrcnnSmall, mapping: 0, scale: 4, tail: deconvolution(4) }),
  'fsrcnn-slopes-x2': fsrcnn({ ...fsrcnnSmall, mapping: 1, scale: 2, tail: deconvolution(4), slopes: 'layer', start: 'pytorch' }),
  'fsrcnn-subpixel-x3': fsrcnn({ ...fsrcnnSmall, mapping: 1, scale: 3, tail: { kind: 'sub-pixel' } }),
  'vdsr-x2': vdsr({ features: 8, depth: 4, bias: false, scale: 2 }),
  'vdsr-x3': vdsr({ features: 8, depth: 4, bias: true, scale: 3 }),
  'idn-x2': idn({ blocks: 1, scale: 2, colour: 'y' }),
  'idn-x3': idn({ blocks: 2, scale: 3, colour: 'y' }),
  'idn-x4': idn({ blocks: 1, scale: 4, colour: 'y' }),
  'idn-rgb-x3': idn({ blocks: 1, scale: 3, colour: 'rgb' }),
  'carn-x2': carn({ ...carnSmall, scale: 2, mobile: false, heads: 'one' }),
  'carn-all-x4': carn({ ...carnSmall, scale: 4, mobile: false, heads: 'all' }),
  'carn-m-x3': carn({ ...carnSmall, scale: 3, mobile: true, heads: 'all' }),
  'carn-m-x4': carn({ ...carnSmall, scale: 4, mobile: true, heads: 'one' }),
  'imdn-x2': imdn({ features: 16, blocks: 2, scale: 2 }),
  'imdn-x3': imdn({ features: 16, blocks: 3, scale: 3 }),
  'pan-x2': pan({ features: 8, upFeatures: 6, blocks: 2, scale: 2 }),
  'pan-x3': pan({ features: 8, upFeatures: 6, blocks: 2, scale: 3 }),
  'pan-x4': pan({ features: 8, upFeatures: 6, blocks: 2, scale: 4 }),
  'rcan-x2': rcan({ features: 16, groups: 2, blocks: 2, reduction: 4, scale: 2, rgbRange: 255 }),
  'rcan-x4': rcan({ features: 16, groups: 2, blocks: 1, reduction: 16, scale: 4, rgbRange: 1 }),
  'san-x2': san({ features: 16, groups: 2, blocks: 2, reduction: 4, scale: 2, rgbRange: 255 }),
  'san-x3': san({ features: 16, groups: 1, blocks: 1, reduction: 8, scale: 3, rgbRange: 255 }),
  'srvgg-x2': srvgg({ features: 8, convs: 3, scale: 2 }),
  'srvgg-x4': srvgg({ features: 8, convs: 2, scale: 4 }),
  'rrdbnet-x4': rrdbnet({ features: 8, growth: 4, blocks: 1 }),
  'tnsr-x2': tnsr({ features: 8, blocks: 2, scale: 2 }),
  'tnsr-x3': tnsr({ features: 8, blocks: 2, scale: 3 }),
  'snsr-x3': snsr({ features: 8, blocks: 2, scale: 3 }),
  'snsr-x4': snsr({ features: 2, blocks: 2, scale: 4 }),
};

/** Parameters off the path: other scales' heads, and what SAN's official checkpoints carry along. */
const IDLE = /^CARN(-M)? upsample\.up\d\.|^SAN (conv_last\.|RG\.\d+\.gamma$|non_local\.soca\.)/;

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
    // So large because a deep network passes on little of the outermost pixel.
    const changed = tf.add<Tensor4D>(x, tf.pad(tf.fill(line, 1e30), padding));
    const difference = tf.abs(tf.sub(model.apply(params, x), model.apply(params, changed)));
    const begin = [0, 0, 0, 0];
    const size = [1, -1, -1, -1];
    begin[axis] = centre * model.scale;
    size[axis] = model.scale;
    return tf.max(tf.slice(difference, begin, size)).dataSync()[0] as number;
  });
  disposeParams(params);
  return change;
}

describe.each(Object.entries(SMALL))('%s', (name, model) => {
  it('equals PyTorch in float64, under its state-dict names', () => {
    const expected = golden(name);
    expect(Object.keys(model.shapes).sort()).toEqual([...expected.names].sort());
    const { shape, values } = outputAt(expected, model);
    expect(shape).toEqual(expected.output);
    // Channel attention from second-order statistics loses a digit in float32.
    expected.values.forEach((value, i) =>
      expect(Math.abs((values[i] as number) - value)).toBeLessThan(name.startsWith('san') ? 1e-4 : 1e-5),
    );
  });

  it.skipIf(model.halo === Infinity)('depends on exactly `halo` LR pixels to each side', () => {
    for (const axis of [1, 2] as const) {
      expect([-1, 1].map((sign) => reach(model, axis, sign * (model.halo + 1)))).toEqual([0, 0]);
      expect(Math.max(...[-1, 1].map((sign) => reach(model, axis, sign * model.halo)))).toBeGreaterThan(0);
    }
  });

  it.skipIf(model.halo === Infinity)('gives the same pixels in tiles', async () => {
    const params = patternParams(model);
    const rng = seedRng(1);
    const { channels } = model;
    const image: Image = { width: 23, height: 17, channels, data: Uint8Array.from({ length: 23 * 17 * channels }, () => rng.integer(256)) };
    expect(await upscale(model, params, image, { tile: 6 })).toEqual(await upscale(model, params, image, { tile: 23 }));
    disposeParams(params);
  });

  it('upscales 1x1', () => {
    const params = patternParams(model);
    const y = model.apply(params, patternImage([1, 1, 1, model.channels]));
    expect(y.shape).toEqual([1, model.scale, model.scale, model.channels]);
    tf.dispose([params, y]);
  });

  it('frees all but loss and gradients', () => {
    const params = patternParams(model);
    const x = patternImage([2, 4, 5, model.channels]);
    const before = tf.memory().numTensors;
    const { loss, grads } = valueAndGrads((p) => ({ loss: tf.sum(tf.square(model.apply(p, x))), aux: {} }), params);
    expect(tf.memory().numTensors).toBe(before + 1 + Object.keys(params).length);
    tf.dispose([params, x, loss, grads]);
  });

  it('has a gradient for every parameter on its path', () => {
    const x = patternImage([2, 4, 5, model.channels]);
    // A unit may be dead for some values of the parameters.
    let silent = Object.keys(model.shapes);
    for (let salt = 0; salt < 12 && silent.length > 0; salt++) {
      const params = patternParams(model, salt);
      const { loss, grads } = valueAndGrads((p) => ({ loss: tf.sum(tf.square(model.apply(p, x))), aux: {} }), params);
      silent = silent.filter((key) => tf.tidy(() => tf.max(tf.abs(grads[key] as tf.Tensor)).dataSync()[0]) === 0);
      tf.dispose([params, loss, grads]);
    }
    expect(silent.filter((key) => !IDLE.test(`${model.name} ${key}`))).toEqual([]);
    x.dispose();
  });

  it('shows the same features to a tap as it uses itself', () => {
    const params = patternParams(model);
    const x = patternImage([1, 5, 5, model.channels]);
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

  it('draws its parameters in the shapes that it states', () => {
    const params = model.init(seedRng(0));
    expect(Object.fromEntries(Object.entries(params).map(([key, tensor]) => [key, tensor.shape]))).toEqual(model.shapes);
    disposeParams(params);
  });
});

describe('parameter counts', () => {
  const scales: readonly Scale[] = [2, 3, 4];
  const counts = (build: (scale: Scale) => Model): number[] => scales.map((scale) => shapeCount(build(scale).shapes));
  const fsrcnnPaper = { features: 56, shrunk: 12, mapping: 4, tail: deconvolution(4) };
  const carnPaper = { features: 64, groups: 4 };
  const rcanPaper = { features: 64, groups: 10, reduction: 16, rgbRange: 255 } as const;

  // Published figures, and counts from the official layer lists that equal them when rounded (see each name).
  it.each([
    ['FSRCNN(56,12,4): 12K', (scale: Scale) => fsrcnn({ ...fsrcnnPaper, scale }), [12809, 12809, 12809]],
    ['FSRCNN of PISR, one slope per layer', (scale: Scale) => fsrcnn({ ...fsrcnnPaper, scale, slopes: 'layer' }), [12644, 12644, 12644]],
    ['VDSR without biases: 665K', (scale: Scale) => vdsr({ features: 64, depth: 20, bias: false, scale }), [664704, 664704, 664704]],
    ['VDSR with biases: 666K', (scale: Scale) => vdsr({ features: 64, depth: 20, bias: true, scale }), [665921, 665921, 665921]],
    ['IDN: 552,769', (scale: Scale) => idn({ blocks: 4, scale, colour: 'y' }), [552769, 552769, 552769]],
    ['IDN on RGB', (scale: Scale) => idn({ blocks: 4, scale, colour: 'rgb' }), [579276, 587931, 600048]],
    ['CARN for one scale', (scale: Scale) => carn({ ...carnPaper, scale, mobile: false, heads: 'one' }), [964163, 1148803, 1111875]],
    ['CARN: 1592K', (scale: Scale) => carn({ ...carnPaper, scale, mobile: false, heads: 'all' }), [1591939, 1591939, 1591939]],
    ['CARN-M', (scale: Scale) => carn({ ...carnPaper, scale, mobile: true, heads: 'all' }), [414787, 414787, 414787]],
    ['IMDN: 694K, 703K, 715K', (scale: Scale) => imdn({ features: 64, blocks: 6, scale }), [694404, 703059, 715176]],
    ['PAN: 261K, 261K, 272K', (scale: Scale) => pan({ features: 40, upFeatures: 24, blocks: 16, scale }), [261403, 261403, 272419]],
    ['RCAN: 15.59M at x4', (scale: Scale) => rcan({ ...rcanPaper, blocks: 20, scale }), [15444643, 15629283, 15592355]],
    ['TNSR: 740.23K, 805.83K (x3 printed 776.13K)', (scale: Scale) => tnsr({ features: 64, blocks: 10, scale }), [740225, 739777, 805825]],
    ['SNSR: 16.07K, 15.62K', (scale: Scale) => snsr({ features: 64, blocks: 3, scale }), [16065, 15617, 81665]],
    ['SAN: 15.86M at x4', (scale: Scale) => san({ ...rcanPaper, groups: 20, blocks: 10, scale }), [15712776, 15897416, 15860488]],
  ])('%s', (_name, build, expected) => {
    expect(counts(build)).toEqual(expected);
  });

  it.each([
    ['RCAN student of FAKD: 5.17M', rcan({ ...rcanPaper, blocks: 6, scale: 4 }), 5171315],
    ['SRVGGNetCompact, as stored', srvgg({ features: 64, convs: 32, scale: 4 }), 1213296],
    ['RRDBNet: 16.70M', rrdbnet({ features: 64, growth: 32, blocks: 23 }), 16697987],
    ['RRDBNet of 6 blocks', rrdbnet({ features: 64, growth: 32, blocks: 6 }), 4467779],
  ])('%s', (_name, model, expected) => {
    expect(shapeCount(model.shapes)).toBe(expected);
  });
});

describe('a bad configuration is refused in one line', () => {
  it.each([
    ['FSRCNN shrunk 0', () => fsrcnn({ features: 8, shrunk: 0, mapping: 1, scale: 2, tail: deconvolution(4) })],
    ['VDSR depth 1', () => vdsr({ features: 8, depth: 1, bias: true, scale: 2 })],
    ['IDN blocks 0', () => idn({ blocks: 0, scale: 2, colour: 'y' })],
    ['CARN-M features per group 2.5', () => carn({ features: 10, groups: 4, scale: 2, mobile: true, heads: 'one' })],
    ['IMDN features / 16 0', () => imdn({ features: 8, blocks: 1, scale: 2 })],
    ['PAN features / 2 2.5', () => pan({ features: 5, upFeatures: 4, blocks: 1, scale: 2 })],
    ['RCAN scale 8', () => rcan({ features: 16, groups: 1, blocks: 1, reduction: 4, scale: 8 as Scale, rgbRange: 1 })],
    ['TNSR blocks 0', () => tnsr({ features: 8, blocks: 0, scale: 2 })],
    ['SNSR scale 5', () => snsr({ features: 8, blocks: 1, scale: 5 as Scale })],
    ['SAN features / 8 0', () => san({ features: 4, groups: 1, blocks: 1, reduction: 4, scale: 2, rgbRange: 1 })],
    ['SRVGGNetCompact convs -1', () => srvgg({ features: 8, convs: -1, scale: 2 })],
    ['RRDBNet growth 0.5', () => rrdbnet({ features: 8, growth: 0.5, blocks: 1 })],
  ])('%s', (message, build) => {
    expect(build).toThrow(UserError);
    expect(build).toThrow(message);
  });
});
