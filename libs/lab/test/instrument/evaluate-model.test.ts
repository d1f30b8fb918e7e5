import { existsSync, readFileSync, rmSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from '@distillery/data';
import {
  evaluateBicubic,
  evaluateModel,
  measureInstrument,
  PUBLISHED_NETWORKS,
  readInstrument,
  type MeasureInstrumentOptions,
  type PublishedNetwork,
} from '@distillery/lab';
import { PROTOCOLS } from '@distillery/metrics';
import { fsrcnn, srvgg } from '@distillery/models';
import { disposeParams, seedRng, useEngine, UserError } from '@distillery/tensor';
import { temporaryFolder } from '../fixtures/temporary-folder';

const DATA = process.env['DISTILLERY_DATA'] ?? resolve(__dirname, '../../../../../shared/data');
const haveData = existsSync(join(DATA, 'weights/sr/fsrcnn-s-x3.safetensors'));

beforeAll(async () => {
  await useEngine('wasm');
});

const lumaNetwork = fsrcnn({ features: 4, shrunk: 2, mapping: 1, scale: 2, tail: { kind: 'sub-pixel' } });

describe('evaluateModel', () => {
  it('scores each image and their mean, a luma network without rounding', async () => {
    const params = lumaNetwork.init(seedRng(1));
    const dataset = await openDataset('procedural-test', null);
    const seen: string[] = [];
    const protocols = [PROTOCOLS['y-border-scale'], PROTOCOLS['y-rounded'], PROTOCOLS['rgb-border-scale']];
    const { images, mean } = await evaluateModel({ model: lumaNetwork, params }, dataset, 2, protocols, {
      onImage: ({ name }, done, total) => seen.push(`${name} ${done}/${total}`),
    });
    expect(seen).toEqual(dataset.items.map(({ name }, i) => `${name} ${i + 1}/6`));
    expect(mean.map(({ protocol }) => protocol)).toEqual(protocols.map(({ name }) => name));
    expect(mean[0]?.psnr).toBeCloseTo(images.reduce((sum, { scores }) => sum + (scores[0]?.psnr ?? NaN), 0) / 6, 12);
    expect(mean[0]?.psnr).not.toBe(mean[1]?.psnr);
    disposeParams(params);
  });

  it('refuses another scale, and a dataset without HR', async () => {
    const model = srvgg({ features: 4, convs: 1, scale: 4 });
    const params = model.init(seedRng(1));
    const dataset = await openDataset('procedural-test', null);
    expect(() => evaluateModel({ model, params }, dataset, 2, [PROTOCOLS['y-border-scale']])).toThrow(UserError);
    const noHr = { ...dataset, groundTruth: false };
    await expect(evaluateModel({ model, params }, noHr, 4, [PROTOCOLS['y-border-scale']])).rejects.toThrow('has no HR images');
    disposeParams(params);
  });

  it('names the image that is too small', async () => {
    const { items, ...dataset } = await openDataset('procedural-test', null);
    const dot = { width: 4, height: 4, channels: 3 as const, data: new Uint8Array(48) };
    const small = { name: 'dot', hr: () => Promise.resolve(dot), lr: () => Promise.resolve({ ...dot, width: 2, height: 2 }) };
    await expect(evaluateBicubic({ ...dataset, items: [...items, small] }, 2, [PROTOCOLS['y-border-scale']])).rejects.toThrow(
      /^procedural-test, image dot: .*nothing is left inside a border of 2/,
    );
  });
});

function scoresAt({ scores }: PublishedNetwork, scale: number): PublishedNetwork['scores'] {
  return scores.filter((score) => score.scale === scale);
}

describe('published values', () => {
  const folder = resolve(__dirname, '../../../../../shared/papers/published');
  interface Table {
    readonly scale: number | null;
    readonly rows: readonly { readonly method: string; readonly dataset: string; readonly scale?: number; readonly psnr: number }[];
  }
  const PRINTED = {
    bicubic: ['rcan', 'Bicubic'],
    vdsr: ['vdsr', 'VDSR (twtygqyy re-training)'],
    'carn-m': ['carn', 'CARN-M'],
    imdn: ['imdn', 'IMDN'],
    pan: ['pan', 'PAN'],
  } as const;

  it.skipIf(!existsSync(folder)).each(Object.entries(PRINTED))('of %s are those that were printed', (id, [file, method]) => {
    const tables = JSON.parse(readFileSync(join(folder, `${file}.json`), 'utf8')) as Table[];
    const network = PUBLISHED_NETWORKS.find((one) => one.id === id);
    expect(network?.scores.length).toBeGreaterThan(2);
    for (const { dataset, scale, published } of network?.scores ?? []) {
      const printed = tables.flatMap((table) =>
        table.rows.filter(
          (row) => row.method === method && row.dataset === dataset.replace('BSD', 'B') && (row.scale ?? table.scale) === scale,
        ),
      );
      expect(
        printed.map(({ psnr }) => psnr.toFixed(2)),
        `${dataset} x${scale}`,
      ).toContain(published?.toFixed(2));
    }
  });
});

describe('measureInstrument', () => {
  it('measures nothing where there are no weights', async () => {
    const resultsDir = await temporaryFolder();
    expect(await measureInstrument(await temporaryFolder(), { resultsDir })).toBeNull();
    expect(await readInstrument(resultsDir)).toBeNull();
  });

  it.skipIf(!haveData)('agrees with an independent pass over published weights to 0.01 dB, and keeps what is measured', async () => {
    const [dataDir, resultsDir] = [await temporaryFolder(), await temporaryFolder()];
    for (const part of ['benchmarks/Set5', 'weights/sr/fsrcnn-s-x3.safetensors', 'weights/sr/fsrcnn-opencv-x3.safetensors']) {
      await mkdir(dirname(join(dataDir, part)), { recursive: true });
      await cp(join(DATA, part), join(dataDir, part), { recursive: true });
    }
    const measured: string[] = [];
    const onRow: MeasureInstrumentOptions['onRow'] = ({ network, scale }) => void measured.push(`${network.id} x${scale}`);
    const file = await measureInstrument(dataDir, { resultsDir, onRow });
    expect(measured).toEqual(['bicubic x2', 'bicubic x3', 'bicubic x4', 'fsrcnn-s x3', 'fsrcnn-opencv x3']);
    for (const { network, scale, protocols, images, otherBorder } of file?.rows ?? []) {
      const expected = PUBLISHED_NETWORKS.find(({ id }) => id === network)?.scores.find(
        (score) => score.dataset === 'Set5' && score.scale === scale,
      )?.reference;
      expect(Math.abs((protocols[0]?.psnr ?? NaN) - (expected ?? NaN))).toBeLessThan(0.01);
      expect(protocols.map(({ protocol }) => protocol)).toHaveLength(network === 'bicubic' ? Object.keys(PROTOCOLS).length : 4);
      expect(images).toHaveLength(5);
      expect(otherBorder?.psnr).not.toBe(protocols[0]?.psnr);
    }
    expect(await readInstrument(resultsDir)).toEqual(file);
    expect(await measureInstrument(dataDir, { resultsDir, onRow })).toEqual(file);
    expect(measured).toHaveLength(5);
    // Other sets are measured where they are asked for and there, and stay when Set5 is measured again.
    const [bicubic] = PUBLISHED_NETWORKS;
    await cp(join(DATA, 'benchmarks/Set14'), join(dataDir, 'benchmarks/Set14'), { recursive: true });
    const networks = [
      { ...(bicubic as PublishedNetwork), scores: scoresAt(bicubic as PublishedNetwork, 4) },
      ...PUBLISHED_NETWORKS.slice(1),
    ];
    const wider = await measureInstrument(dataDir, { resultsDir, onRow, networks, datasets: ['Set14', 'Urban100'] });
    expect(measured.slice(5)).toEqual(['bicubic x4']);
    expect(wider?.rows.map(({ network, dataset, scale }) => `${network} ${dataset} x${scale}`)).toEqual([
      ...['bicubic Set5 x2', 'bicubic Set5 x3', 'bicubic Set5 x4', 'bicubic Set14 x4'],
      ...['fsrcnn-s Set5 x3', 'fsrcnn-opencv Set5 x3'],
    ]);
    // RCAN, Table 1: 26.00 dB, of luma enlarged alone, which the grey image of the set is taken for.
    const ours = wider?.rows[3]?.protocols.find(({ protocol }) => protocol === 'y-grey-as-luma');
    expect(ours?.psnr).toBeCloseTo(26, 1);
    expect((await measureInstrument(dataDir, { resultsDir, onRow }))?.rows).toEqual(wider?.rows);
    expect(measured).toHaveLength(6);
    rmSync(join(dataDir, 'benchmarks'), { recursive: true });
    await expect(measureInstrument(dataDir, { resultsDir })).rejects.toThrow('dataset Set5 has no images');
  });
});
