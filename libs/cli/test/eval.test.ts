import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeImage, type Image } from '@distillery/data';
import { buildModel, saveParams } from '@distillery/models';
import { disposeParams, seedRng, useEngine, UserError } from '@distillery/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate, type EvalOptions } from '../src/commands/eval';

const DATA = process.env['DISTILLERY_DATA'] ?? resolve(__dirname, '../../../../shared/data');
const haveData = existsSync(join(DATA, 'weights/sr'));

let folder: string;
const at = (...parts: string[]) => join(folder, ...parts);

function noise(width: number, height: number): Image {
  const rng = seedRng(width);
  return { width, height, channels: 3, data: Uint8Array.from({ length: width * height * 3 }, () => rng.integer(256)) };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'distillery-eval-'));
  for (const name of ['odd', 'dot', 'empty']) mkdirSync(at(name));
  await writeImage(at('odd/a.png'), noise(41, 38));
  await writeImage(at('dot/a.png'), noise(1, 1));
  await useEngine('wasm');
  const params = buildModel('fsrcnn', 3).init(seedRng(1));
  writeFileSync(at('tiny.safetensors'), saveParams(params));
  disposeParams(params);
});
afterAll(() => rmSync(folder, { recursive: true }));

const options = (more: Partial<EvalOptions>): EvalOptions => ({
  model: 'fsrcnn',
  scale: 3,
  dataset: at('odd'),
  engine: 'wasm',
  protocol: 'y-border-scale',
  weights: at('tiny.safetensors'),
  ...more,
});

function withoutWeights(more: Partial<EvalOptions>): EvalOptions {
  return Object.fromEntries(Object.entries(options(more)).filter(([key]) => key !== 'weights')) as unknown as EvalOptions;
}

describe('evaluate', () => {
  it('scores given weights on a folder of images whose size is no multiple of the scale', async () => {
    const { images, mean, others } = await evaluate(options({}));
    expect(images.map(({ name }) => name)).toEqual(['a']);
    expect(mean.psnr).toBe(images[0]?.psnr);
    expect(mean.psnr).toBeGreaterThan(0);
    expect(others).toBeNull();
  });

  it('says which LR are stored, which made, and what was left out, before the first score', async () => {
    mkdirSync(at('half/HR'), { recursive: true });
    mkdirSync(at('half/LR_bicubic/x2'), { recursive: true });
    for (const name of ['a', 'b']) await writeImage(at('half/HR', `${name}.png`), noise(24, 24));
    await writeImage(at('half/LR_bicubic/x2/a_bicLRx2.png'), noise(12, 12));
    writeFileSync(at('half/HR/list.txt'), '');
    const result = await evaluate(withoutWeights({ model: 'bicubic', scale: 2, dataset: at('half') }), {
      onDataset: ({ lrOrigin }) => expect(lrOrigin?.(2).stored).toEqual(['a']),
    });
    expect(result.lr).toEqual({ stored: ['a'], made: ['b'], folders: [at('half/LR_bicubic/x2')], border: 'symmetric' });
    expect(result.notes).toEqual(['left out, not PNG, JPEG, WebP, TIFF or BMP: list.txt']);
    expect(result.images.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it.each([
    ['an unknown model', { model: 'nosuch' }, /^model 'nosuch': unknown/],
    ['an unknown scale', { scale: 7 }, /^model fsrcnn: no scale 7, expected 2, 3, 4$/],
    ['weights of another network', { model: 'pan', scale: 4 }, /not those of PAN x4: missing .*unexpected/],
    ['a missing weights file', { weights: '/nowhere.safetensors' }, /nowhere\.safetensors/],
    ['an unknown dataset', { dataset: 'nosuch' }, /^unknown dataset nosuch/],
    ['bicubic with weights', { model: 'bicubic' }, /bicubic has no weights/],
  ])('refuses %s in one line', async (_, more, message) => {
    const error = await evaluate(options(more)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toMatch(message);
    expect((error as UserError).message).not.toContain('\n');
  });

  it('refuses an image of 1x1, and a folder without images', async () => {
    await expect(evaluate(options({ dataset: at('dot') }))).rejects.toThrow('image a is 1x1; expected at least 3x3');
    await expect(evaluate(options({ dataset: at('empty') }))).rejects.toThrow('has no images');
  });

  it('says where weights were expected', async () => {
    const known = withoutWeights({ model: 'carn-m', scale: 2, data: folder });
    await expect(evaluate(known)).rejects.toThrow(/carn-m\.safetensors: no such file/);
    await expect(evaluate({ ...known, model: 'edsr' })).rejects.toThrow('no published weights are known, expected --weights FILE');
  });

  it.skipIf(!haveData).each([
    ['fsrcnn-s', 3, 32.26],
    ['pan', 4, 32.13],
    ['bicubic', 3, 30.4],
  ])('finds the published %s x%i and its score on Set5', async (model, scale, expected) => {
    const { mean, others, images } = await evaluate(withoutWeights({ model, scale, dataset: 'Set5', data: DATA }));
    expect(images).toHaveLength(5);
    expect(others?.reference).toBe(expected);
    expect(Math.abs(mean.psnr - expected)).toBeLessThan(0.01);
  });
});
