import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  findDataDir,
  KNOWN_DATASETS,
  listDatasets,
  makeLr,
  openDataset,
  requireDataset,
  readImage,
  verifyData,
  writeImage,
  type Dataset,
  type DatasetItem,
  type Image,
} from '@distillery/data';
import { UserError } from '@distillery/tensor';
import { DATA, haveData } from './shared-data';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distillery-dataset-'));
});
afterEach(async () => rm(folder, { recursive: true }));

function noise(width: number, height: number, seed = 1): Image {
  return {
    width,
    height,
    channels: 3,
    data: new Uint8Array(width * height * 3).map((_, i) => (i * i * 31 + (i >> 2) * 57 + seed * 101) % 256),
  };
}

async function save(path: string, image: Image): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeImage(join(folder, path), image);
}

function item(dataset: Dataset, name: string): DatasetItem {
  const found = dataset.items.find((i) => i.name === name);
  if (found === undefined) throw new Error(`no item ${name}`);
  return found;
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => 'opened',
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message;
}

describe('a folder of images', () => {
  it('is a dataset in the order of names; LR images are made', async () => {
    await save('b.png', noise(9, 8));
    await save('a.png', noise(6, 6, 2));
    await save('C.JPG', noise(8, 8));
    await writeFile(join(folder, 'notes.txt'), 'passed over');
    await writeFile(join(folder, '.hidden.png'), 'passed over');
    const dataset = await openDataset(folder, null);
    expect(dataset.items.map(({ name }) => name)).toEqual(['C', 'a', 'b']);
    expect([dataset.name, dataset.procedural, dataset.groundTruth]).toEqual([folder, false, true]);
    expect(await item(dataset, 'b').hr()).toEqual(noise(9, 8));
    expect(await item(dataset, 'b').lr(2)).toEqual(makeLr(noise(9, 8), 2, 'symmetric'));
    const replicate = await openDataset(folder, null, { lr: 'replicate' });
    expect(await item(replicate, 'b').lr(4)).toEqual(makeLr(noise(9, 8), 4, 'replicate'));
  });

  it('keeps no made LR in memory', async () => {
    await save('a.png', noise(8, 8));
    const dataset = await openDataset(folder, null);
    const first = await item(dataset, 'a').lr(2);
    expect(await item(dataset, 'a').lr(2)).toEqual(first);
    expect(await item(dataset, 'a').lr(2)).not.toBe(first);
  });

  it.each(['LR/X2/a.png', 'LR/X2/ax2.png', 'LR_bicubic/X2/a.png', 'LR_bicubic/X2/ax2.png', 'LR/a.png'])(
    'uses the stored LR in %s',
    async (path) => {
      await save('HR/a.png', noise(9, 8));
      await save(path, noise(4, 4, 5));
      const dataset = await openDataset(folder, null);
      expect(await item(dataset, 'a').lr(2)).toEqual(noise(4, 4, 5));
      const made = await openDataset(folder, null, { lr: 'symmetric' });
      expect(await item(made, 'a').lr(2)).toEqual(makeLr(noise(9, 8), 2));
      expect(made.hash).not.toBe(dataset.hash);
    },
  );

  it('takes LR of the size of HR as scale 1, and names one that does not fit', async () => {
    await save('HR/a.png', noise(8, 6));
    await save('LR/a.png', noise(8, 6, 3));
    const dataset = await openDataset(folder, null);
    expect(await item(dataset, 'a').lr(1)).toEqual(noise(8, 6, 3));
    const path = join(folder, 'LR/a.png');
    expect(await refusal(item(dataset, 'a').lr(2))).toBe(`LR image ${path} is 8x6; expected 4x3 for scale 2 (its HR image is 8x6)`);
  });

  it('hashes names and pixels, not files: format and time do not count, one value does', async () => {
    await save('a.png', noise(9, 8));
    await save('b.png', noise(6, 6));
    const { hash } = await openDataset(folder, null);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    await utimes(join(folder, 'a.png'), 1, 1);
    expect((await openDataset(folder, null)).hash).toBe(hash);
    const changed = noise(9, 8);
    changed.data[50] = (changed.data[50] as number) ^ 1;
    await save('a.png', changed);
    expect((await openDataset(folder, null)).hash).not.toBe(hash);
    await save('a.png', noise(6, 6));
    await save('b.png', noise(9, 8));
    expect((await openDataset(folder, null)).hash).not.toBe(hash);
  });

  it('is refused if it is missing, empty, ambiguous, or has an image that cannot be read', async () => {
    const missing = join(folder, 'none');
    expect(await refusal(openDataset(missing, null))).toBe(`folder ${missing} does not exist; expected a folder of images`);
    expect(await refusal(openDataset(folder, null))).toBe(`folder ${folder} has no images; expected PNG, JPEG, WebP, TIFF or BMP files`);
    await writeFile(join(folder, 'a.png'), 'no image');
    expect(await refusal(openDataset(folder, null))).toContain(`image ${join(folder, 'a.png')} is a text that begins with "no image"`);
    await save('a.png', noise(4, 4));
    await save('a.jpg', noise(4, 4));
    expect(await refusal(openDataset(folder, null))).toBe(`folder ${folder} has two images named a (a.jpg, a.png); expected one`);
  });

  it('names an image smaller than the scale', async () => {
    await save('dot.png', noise(1, 1));
    const dataset = await openDataset(folder, null);
    expect(await refusal(item(dataset, 'dot').lr(2))).toBe('image dot is 1x1; expected at least 2x2 for scale 2');
  });
});

describe('known datasets', () => {
  it('need a data folder that has them', async () => {
    expect(await refusal(openDataset('Set5', null))).toBe('dataset Set5 needs a data folder; expected --data DIR or DISTILLERY_DATA');
    expect(await refusal(openDataset('Set5', folder))).toBe(`dataset Set5 has no images in ${folder}; expected benchmarks/Set5/HR there`);
    expect(await refusal(openDataset('RealSRSet', folder))).toContain('expected realworld/RealSRSet there');
    const unknown = await refusal(openDataset('Set6', folder));
    expect(unknown).toMatch(
      /^unknown dataset Set6; expected a folder of images or one of procedural, procedural-validate, procedural-test, procedural-real, procedural-real-test, T91, /,
    );
    expect(await refusal(openDataset('toString', folder))).toContain('unknown dataset toString');
  });

  it('are refused by the same words before anything is opened', async () => {
    for (const name of ['Set5', 'City100-iPhoneX-shrunk-test', 'Set6', join(folder, 'nowhere')])
      expect(await refusal(requireDataset(name, folder))).toBe(await refusal(openDataset(name, folder)));
    await requireDataset('procedural', null);
  });

  it('are made of several folders where the field does so', async () => {
    await save('train/T91/t1.png', noise(4, 4));
    await save('train/BSD200/100.jpg', noise(4, 4));
    expect((await openDataset('T91-BSD200', folder)).items.map(({ name }) => name)).toEqual(['t1', '100']);
  });

  it('pair H with L images at scale 1', async () => {
    await save('realworld/City100-subset/iPhoneX/002H.png', noise(4, 4, 1));
    await save('realworld/City100-subset/iPhoneX/002L.png', noise(4, 4, 2));
    const dataset = await openDataset('City100-iPhoneX', folder);
    expect(dataset.items.map(({ name }) => name)).toEqual(['002']);
    expect([await item(dataset, '002').hr(), await item(dataset, '002').lr(1)]).toEqual([noise(4, 4, 1), noise(4, 4, 2)]);
  });

  it('may have no ground truth', async () => {
    await save('realworld/RealSRSet/dog.png', noise(5, 4));
    const dataset = await openDataset('RealSRSet', folder);
    expect(dataset.groundTruth).toBe(false);
    expect(await item(dataset, 'dog').lr(4)).toEqual(noise(5, 4));
    expect(await refusal(item(dataset, 'dog').hr())).toBe('image dog has no ground truth; expected a dataset with HR images');
  });

  it('use their stored LR, and make the missing ones with the same border', async () => {
    await save('benchmarks/BSD100/HR_jpg/1.png', noise(8, 8));
    await save('benchmarks/BSD100/HR_jpg/2.png', noise(8, 8, 2));
    await save('benchmarks/BSD100/LR_bicubic_replicate/X4/1x4.png', noise(2, 2, 7));
    const dataset = await openDataset('BSD100', folder);
    expect(await item(dataset, '1').lr(4)).toEqual(noise(2, 2, 7));
    expect(await item(dataset, '2').lr(4)).toEqual(makeLr(noise(8, 8, 2), 4, 'replicate'));
  });

  it.skipIf(!haveData)('open from the shared data, complete', async () => {
    for (const name of ['Set5', 'Urban100-subset', 'RealSR-NTIRE2019-val-subset', 'RCAN_BI_Set5'] as const) {
      expect((await openDataset(name, DATA)).items.length, name).toBe(KNOWN_DATASETS[name].images);
    }
    const set5 = await openDataset('Set5', DATA);
    expect(set5.items.map(({ name }) => name)).toEqual(['baby', 'bird', 'butterfly', 'head', 'woman']);
    expect(await item(set5, 'head').lr(3)).toEqual(await readImage(join(DATA, 'benchmarks/Set5/LR_bicubic/X3/headx3.png')));
  });
});

describe('listDatasets', () => {
  it('says what is there, and lists all without a data folder', async () => {
    await save('benchmarks/Set5/HR/baby.png', noise(4, 4));
    const listing = listDatasets(folder);
    expect(listing.find(({ name }) => name === 'Set5')).toMatchObject({ role: 'benchmark', images: 5, found: 1, present: true });
    expect(listing.find(({ name }) => name === 'T91')).toMatchObject({ images: 91, found: 0, present: false });
    const present = listing.filter((one) => one.present).map(({ name }) => name);
    expect(present).toEqual(['procedural', 'procedural-validate', 'procedural-test', 'procedural-real', 'procedural-real-test', 'Set5']);
    expect(listDatasets(null).length).toBe(listing.length);
  });

  it.skipIf(!haveData)('finds whole sets in the shared data, which lack DIV2K and all of City100', () => {
    const missing = listDatasets(DATA).filter(({ images, found }) => images !== found);
    expect(missing.filter(({ found }) => found > 0)).toEqual([]);
    const others = missing.map(({ name }) => name).filter((name) => !/^(DIV2K(-valid)?|City100-\w+-all)$/.test(name));
    expect(others).toEqual([]);
  });
});

describe('findDataDir', () => {
  const { DISTILLERY_DATA } = process.env;
  afterEach(() => {
    if (DISTILLERY_DATA === undefined) delete process.env['DISTILLERY_DATA'];
    else process.env['DISTILLERY_DATA'] = DISTILLERY_DATA;
  });

  it('prefers the option, then the environment, and refuses what does not exist', () => {
    delete process.env['DISTILLERY_DATA'];
    expect(findDataDir()).toBeNull();
    expect(findDataDir(folder)).toBe(folder);
    process.env['DISTILLERY_DATA'] = folder;
    expect(findDataDir()).toBe(folder);
    process.env['DISTILLERY_DATA'] = join(folder, 'none');
    expect(() => findDataDir()).toThrow(`DISTILLERY_DATA: ${join(folder, 'none')} is no folder`);
    expect(findDataDir(folder)).toBe(folder);
    expect(() => findDataDir('')).toThrow('--data: (empty) is no folder');
    process.env['DISTILLERY_DATA'] = '';
    expect(findDataDir()).toBeNull();
  });
});

describe('verifyData', () => {
  it('reports missing, unreadable and deviating images by name', async () => {
    await save('benchmarks/Set5/HR/baby.png', noise(9, 8));
    await save('benchmarks/Set5/HR/bird.png', noise(8, 8));
    await save('benchmarks/Set5/LR_bicubic/X2/babyx2.png', makeLr(noise(9, 8), 2));
    const wrong = makeLr(noise(8, 8), 2);
    wrong.data[3] = (wrong.data[3] as number) ^ 1;
    await save('benchmarks/Set5/LR_bicubic/X2/birdx2.png', wrong);
    await save('benchmarks/Set5/LR_bicubic/X4/birdx4.png', noise(3, 2));
    await mkdir(join(folder, 'benchmarks/Set14/HR'), { recursive: true });
    await writeFile(join(folder, 'benchmarks/Set14/HR/baboon.png'), 'no image');
    const seen: string[] = [];
    const checks = await verifyData(folder, (name) => seen.push(name));
    expect(seen).toEqual(['Set5', 'Set14']);
    const lr = join(folder, 'benchmarks/Set5/LR_bicubic');
    expect(checks[0]).toEqual({
      name: 'Set5',
      images: 2,
      expected: 5,
      comparedLr: 3,
      problems: [
        '2 images; expected 5',
        `LR image ${join(lr, 'X2/birdx2.png')} differs from our bicubic in 1 of 48 values`,
        `LR image ${join(lr, 'X4/birdx4.png')} is 3x2x3; expected 2x2x3`,
      ],
    });
    expect(checks[1]?.problems[1]).toContain(
      `image ${join(folder, 'benchmarks/Set14/HR/baboon.png')} is a text that begins with "no image"`,
    );
  });

  it.skipIf(!haveData)('finds nothing wrong with the shared data', async () => {
    const checks = await verifyData(DATA);
    expect(checks.flatMap(({ problems }) => problems)).toEqual([]);
    expect(Object.fromEntries(checks.filter(({ comparedLr }) => comparedLr > 0).map(({ name, comparedLr }) => [name, comparedLr]))).toEqual(
      {
        Set5: 15,
        BSD100: 30,
        'Urban100-subset': 10,
      },
    );
  });
});
