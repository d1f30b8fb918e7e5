import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  carn,
  edsr,
  fsrcnn,
  idn,
  imdn,
  loadParams,
  pan,
  rcan,
  readSafetensors,
  rrdbnet,
  san,
  saveStateDict,
  srvgg,
  vdsr,
  type Model,
} from '@distillery/models';
import { exportModelOnnx, useEngine } from '@distillery/tensor';
import { patternImage, patternParams } from './golden/golden';

beforeAll(async () => {
  await useEngine('wasm');
});

/** Every architecture, and every kind of up-sampler and tail that it can have. */
const NETWORKS: readonly (readonly [string, Model])[] = [
  ['edsr-x2', edsr({ features: 8, blocks: 2, resScale: 0.1, scale: 2, rgbRange: 255 })],
  ['edsr-x3', edsr({ features: 8, blocks: 1, resScale: 1, scale: 3, rgbRange: 255 })],
  ['edsr-x4', edsr({ features: 8, blocks: 1, resScale: 1, scale: 4, rgbRange: 1 })],
  ['fsrcnn-x3', fsrcnn({ features: 8, shrunk: 4, mapping: 1, scale: 3, tail: { kind: 'deconvolution', crop: 3 } })],
  ['fsrcnn-x4', fsrcnn({ features: 8, shrunk: 4, mapping: 1, scale: 4, tail: { kind: 'deconvolution', crop: 4 } })],
  ['fsrcnn-subpixel-x3', fsrcnn({ features: 8, shrunk: 4, mapping: 1, scale: 3, tail: { kind: 'sub-pixel' } })],
  ['vdsr-x3', vdsr({ features: 8, depth: 4, bias: true, scale: 3 })],
  ['idn-x2', idn({ blocks: 1, scale: 2, colour: 'y' })],
  ['idn-rgb-x3', idn({ blocks: 1, scale: 3, colour: 'rgb' })],
  ['carn-x4', carn({ features: 8, groups: 4, scale: 4, mobile: false, heads: 'all' })],
  ['carn-m-x3', carn({ features: 8, groups: 4, scale: 3, mobile: true, heads: 'one' })],
  ['imdn-x2', imdn({ features: 16, blocks: 2, scale: 2 })],
  ['pan-x4', pan({ features: 8, upFeatures: 6, blocks: 2, scale: 4 })],
  ['rcan-x2', rcan({ features: 16, groups: 2, blocks: 2, reduction: 4, scale: 2, rgbRange: 255 })],
  ['san-x2', san({ features: 16, groups: 1, blocks: 2, reduction: 4, scale: 2, rgbRange: 255 })],
  ['srvgg-x4', srvgg({ features: 8, convs: 2, scale: 4 })],
  ['rrdbnet-x4', rrdbnet({ features: 8, growth: 4, blocks: 1 })],
];

/** LR size, no multiple of anything. */
const [HEIGHT, WIDTH] = [9, 14];

describe.each(NETWORKS)('%s', (_, model) => {
  it('as ONNX gives in onnxruntime what it gives here', async () => {
    const params = patternParams(model);
    const { channels } = model;
    const written = exportModelOnnx((p, x) => model.apply(p, x), params, [1, HEIGHT, WIDTH, channels]);
    const session = await InferenceSession.create(Buffer.from(written.bytes));
    // Where the file takes any size, another one than it was written with.
    const x = patternImage([1, HEIGHT, written.dynamicSize ? WIDTH + 3 : WIDTH, channels]);
    const { output } = await session.run({ input: new OnnxTensor('float32', x.dataSync<'float32'>(), x.shape) });
    await session.release();
    const expected: Tensor4D = model.apply(params, x);
    expect(output?.dims).toEqual(expected.shape);
    const values = expected.dataSync();
    const worst = (output?.data as Float32Array).reduce((most, value, i) => Math.max(most, Math.abs(value - (values[i] as number))), 0);
    // Sums in another order: 1e-6 at most was measured.
    expect(worst).toBeLessThan(5e-6);
    expect(values.some((value) => Math.abs(value - (values[0] as number)) > 1e-3)).toBe(true);
    tf.dispose([params, x, expected]);
  });

  it('as safetensors has PyTorch kernels, and comes back bit for bit', () => {
    const params = patternParams(model);
    const bytes = saveStateDict(model, params);
    const { tensors } = readSafetensors(bytes);
    expect(Object.keys(tensors).sort()).toEqual([...Object.keys(params), ...Object.keys(model.constants)].sort());
    for (const [name, ours] of Object.entries(model.shapes))
      expect(tensors[name]?.shape).toEqual(ours.length === 4 ? [3, 2, 0, 1].map((axis) => ours[axis]) : ours);
    for (const [name, { shape, values }] of Object.entries(model.constants))
      expect(tensors[name]).toMatchObject({ shape, data: Float32Array.from(values) });
    const again = loadParams(model, bytes);
    for (const [name, tensor] of Object.entries(params)) expect(again[name]?.dataSync()).toEqual(tensor.dataSync());
    tf.dispose([params, again]);
  });
});

// Matrices of interpolation over whole rows and columns, and SAN's regions and covariances, are of one size.
const ONE_SIZE = new Set(['vdsr-x3', 'idn-x2', 'idn-rgb-x3', 'pan-x4', 'san-x2']);

it.each(NETWORKS)('%s as ONNX takes images of any size, unless it has matrices of one size', (name, model) => {
  const params = patternParams(model);
  const { dynamicSize } = exportModelOnnx((p, x) => model.apply(p, x), params, [1, HEIGHT, WIDTH, model.channels]);
  tf.dispose(params);
  expect(dynamicSize).toBe(!ONE_SIZE.has(name));
});
