import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { crop, cropToMultiple, imageToTensor, luma, readImage } from '@distillery/data';
import { buildModel, loadModel, upscale, upscaleLuma } from '@distillery/models';
import { disposeParams, useEngine, UserError } from '@distillery/tensor';
import { fromSchemes, fsrcnnChxy95Names, fsrcnnOpencvNames, srvggNcnnNames } from '../src/weights/name-schemes';

const data = process.env['DISTILLERY_DATA'] ?? resolve(__dirname, '../../../../shared/data');
const haveData = existsSync(join(data, 'weights/sr'));
const set5 = join(data, 'benchmarks/Set5');

/** PyTorch in float64 on the same weights: golden/make_published.py. */
const published = JSON.parse(readFileSync(join(__dirname, 'golden/published.json'), 'utf8')) as {
  butterfly: Record<string, number>;
  'realesr-general-x4': { step: number; values: number[] };
};

beforeAll(async () => {
  await useEngine('wasm');
});

function psnr(a: Float64Array, b: Float64Array, width: number, border: number): number {
  const height = a.length / width;
  let sum = 0;
  for (let y = border; y < height - border; y++)
    for (let x = border; x < width - border; x++) sum += ((a[y * width + x] as number) - (b[y * width + x] as number)) ** 2;
  return 10 * Math.log10((255 ** 2 * (width - 2 * border) * (height - 2 * border)) / sum);
}

describe('MODELS', () => {
  it('refuses unknown names and scales, listing what there is', () => {
    expect(() => buildModel('edsr2', 2)).toThrow(UserError);
    expect(() => buildModel('edsr2', 2)).toThrow(/^model 'edsr2': unknown, expected one of carn, carn-m, edsr-baseline, .*vdsr$/);
    expect(() => buildModel('constructor', 2)).toThrow(UserError);
    expect(() => buildModel('rrdbnet', 3)).toThrow(/^model rrdbnet: no scale 3, expected 2, 4$/);
    expect(() => buildModel('pan', NaN)).toThrow(/no scale NaN, expected 2, 3, 4/);
  });
});

describe('names of weight files in circulation', () => {
  const chxy95 = fsrcnnChxy95Names(['deconv.weight']) ?? String;
  const opencv = fsrcnnOpencvNames(['f1']) ?? String;

  it.each([
    [chxy95, 'conv1.weight', 'first_part.0.weight'],
    [chxy95, 'relu1.weight', 'first_part.1.weight'],
    [chxy95, 'conv4.bias', 'mid_part.4.bias'],
    [chxy95, 'deconv.bias', 'last_part.bias'],
    [chxy95, 'first_part.0.weight', 'first_part.0.weight'],
    [opencv, 'f1', 'first_part.0.weight'],
    [opencv, 'alpha2', 'mid_part.1.weight'],
    [opencv, 'b7', 'mid_part.10.bias'],
    [opencv, 'f8', 'last_part.weight'],
    [opencv, 'f9', 'f9'],
    [srvggNcnnNames(['Conv_0/weight']) ?? String, 'Conv_66/bias', 'body.66.bias'],
    [srvggNcnnNames(['Conv_0/weight']) ?? String, 'PRelu_1/slope', 'body.1.weight'],
  ])('%o turns %s into %s', (rename, from, to) => {
    expect(rename(from)).toBe(to);
  });

  it('that come to mean the same are refused', () => {
    const tensor = { dtype: 'F32', shape: [1], data: new Float32Array(1) } as const;
    const read = fromSchemes(() => (name) => name.replace('a', 'b'));
    expect(read({ a: tensor, c: tensor }, 'file')).toEqual({ b: tensor, c: tensor });
    expect(() => read({ a: tensor, b: tensor }, 'file')).toThrow(/^weights file: two tensors have names that mean the same$/);
  });
});

describe.skipIf(!haveData)('published weights', () => {
  const weights = (file: string): string => join(data, 'weights/sr', `${file}.safetensors`);

  it.each([
    ['fsrcnn-s', 3, 'fsrcnn-s-x3'],
    ['fsrcnn-opencv', 3, 'fsrcnn-opencv-x3'],
    ['vdsr', 4, 'vdsr'],
    ['carn-m', 2, 'carn-m'],
    ['carn-m', 3, 'carn-m'],
    ['carn-m', 4, 'carn-m'],
    ['imdn', 4, 'imdn-x4'],
    ['pan', 4, 'pan-x4'],
  ] as const)('%s x%i scores on butterfly what PyTorch scores', async (name, scale, file) => {
    const { model, params } = loadModel(name, scale, weights(file));
    const lr = await readImage(join(set5, `LR_bicubic/X${scale}/butterflyx${scale}.png`));
    const hr = cropToMultiple(await readImage(join(set5, 'HR/butterfly.png')), scale);
    const y = model.channels === 1 ? (await upscaleLuma(model, params, lr)).data : luma(await upscale(model, params, lr));
    const expected = published.butterfly[`${name}-x${scale}`] as number;
    // Rounding to 8 bit can go the other way for a few pixels of float32.
    expect(Math.abs(psnr(y, luma(hr), hr.width, scale) - expected)).toBeLessThan(2e-4);
    disposeParams(params);
  });

  it('realesr-general x4 gives the pixels that PyTorch gives', async () => {
    const { model, params } = loadModel('realesr-general', 4, weights('realesr-general-x4v3'));
    const lr = crop(await readImage(join(set5, 'LR_bicubic/X4/butterflyx4.png')), 24, 20, 16, 16);
    const y = tf.tidy(() => model.apply(params, imageToTensor(lr)));
    const { step, values } = published['realesr-general-x4'];
    const found = Array.from((y as Tensor4D).dataSync()).filter((_, i) => i % step === 0);
    expect(found).toHaveLength(values.length);
    values.forEach((value, i) => expect(Math.abs((found[i] as number) - value)).toBeLessThan(1e-5));
    tf.dispose([params, y]);
  });

  it('of another model or scale are refused, naming what does not fit', () => {
    expect(() => loadModel('imdn', 3, weights('imdn-x4'))).toThrow(
      /imdn-x4.safetensors: not those of IMDN x3: upsampler.0.weight is \[3, 3, 64, 48\]/,
    );
    expect(() => loadModel('pan', 4, weights('vdsr'))).toThrow(
      /not those of PAN x4: missing conv_first.weight, .* more; unexpected residual_layer.0.conv.weight, .* more/,
    );
    expect(() => loadModel('carn', 4, weights('carn-m'))).toThrow(UserError);
  });
});
