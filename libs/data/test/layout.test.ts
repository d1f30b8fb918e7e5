import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeDataset, makeLr, openDataset, writeImage, type Dataset, type Image } from '@distillery/data';
import { UserError } from '@distillery/tensor';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distillery-layout-'));
});
afterEach(async () => rm(folder, { recursive: true }));

function noise(width: number, height: number, seed: number): Image {
  return {
    width,
    height,
    channels: 3,
    data: new Uint8Array(width * height * 3).map((_, i) => (i * i * 31 + (i >> 2) * 57 + seed * 101) % 256),
  };
}

/** Two HR images and, for each, an LR image that no method of shrinking makes. */
const NAMES = ['0801', 'img_002'];
const HR = NAMES.map((_, i) => noise(12, 8, i));
const LR = NAMES.map((_, i) => noise(6, 4, 50 + i));

async function save(path: string, image: Image): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeImage(join(folder, path), image);
}

/** Saves the pairs under paths in which `*` stands for the name. */
async function savePairs(hr: string, lr: string): Promise<void> {
  for (const [i, name] of NAMES.entries()) {
    await save(hr.replace('*', name), HR[i] as Image);
    await save(lr.replace('*', name), LR[i] as Image);
  }
}

async function pixels(dataset: Dataset, scale: number): Promise<Image[][]> {
  return Promise.all(dataset.items.map(async (item) => [await item.hr(), await item.lr(scale)]));
}

async function refusal(path = folder): Promise<string> {
  const error: unknown = await openDataset(path, null).then(
    () => 'opened',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message.replaceAll(folder, '.');
}

const FOLDERS = [
  'LR_bicubic/X2',
  'LR_bicubic/x2',
  'LR/X2',
  'LR/x2',
  'X2',
  'x2',
  '2x',
  'LRx2',
  'LR_x2',
  'LRbicx2',
  'LR/bicubic/X2',
  'LR/LRBI/x2',
  'LR',
  'LQ',
  'bicubic/x2',
  'bicubic_2x',
];
const SUFFIXES = [
  '',
  'x2',
  '_x2',
  '-x2',
  'X2',
  'LRx2',
  '_LRx2',
  '_LR_x2',
  'bicLRx2',
  '_bicLRx2',
  '_LR',
  '_lr',
  '_LRBI_x2',
  '_x2_LR',
  '_bicubic',
  '.x2',
  '_LR2',
];

describe('LR images are found in', () => {
  it.each([...FOLDERS.map((lr) => [`${lr}/*x2.png`]), ...SUFFIXES.map((suffix) => [`LR_bicubic/X2/*${suffix}.png`])])(
    'HR/*.png with %s',
    async (lr) => {
      await savePairs('HR/*.png', lr);
      for (const path of [folder, join(folder, 'HR')]) {
        const dataset = await openDataset(path, null);
        expect(dataset.items.map(({ name }) => name)).toEqual(NAMES);
        expect(await pixels(dataset, 2)).toEqual(NAMES.map((_, i) => [HR[i], LR[i]]));
        expect(dataset.lrOrigin?.(2)).toMatchObject({ stored: NAMES, made: [] });
        // A folder whose name says nothing is told from one of results by the images' sizes.
        expect(dataset.notes).toEqual(
          lr.startsWith('bicubic') ? ['taken for LR by names and sizes of the images in it: ' + (lr.split('/')[0] as string)] : [],
        );
      }
    },
  );

  it.each([
    ['the root of DIV2K', 'DIV2K_valid_HR/*.png', 'DIV2K_valid_LR_bicubic/X2/*x2.png', ''],
    ['the HR folder of DIV2K', 'DIV2K_valid_HR/*.png', 'DIV2K_valid_LR_bicubic/X2/*x2.png', 'DIV2K_valid_HR'],
    ['a set of BasicSR', 'GTmod12/*.png', 'LRbicx2/*.png', ''],
    ['cut into patches, per scale', 'DIV2K_train_HR/X2_sub/*.png', 'DIV2K_train_LR_bicubic/X2_sub/*.png', ''],
    ['HR and LR per scale', 'HRx2/*.png', 'LRx2/*.png', ''],
    ["a set and its LR by the set's name", 'Set2/*.png', 'Set2_LR_x2/*.png', 'Set2'],
    ['HR in a folder of another name beside LR', 'original/*.png', 'LR_bicubic/X2/*x2.png', 'original'],
    ['GT and LQ', 'GT/*.png', 'LQ/*.png', ''],
    ['names that say HR and LR', '*_HR.png', '*_LR.png', ''],
    ['names that begin with HR and LR', 'HR_*.png', 'LR_*.png', ''],
    ['names that begin with HR and LR in folders', 'HR/HR_*.png', 'LR/LRx2_*.png', ''],
    ['RealSR', '*_HR.png', '*_LR2.png', ''],
    ['names that say HR and LR with the scale', '*_HR_x2.png', '*_LRBI_x2.png', ''],
    ['SelfExSR', 'image_SRF_2/*_SRF_2_HR.png', 'image_SRF_2/*_SRF_2_LR.png', ''],
    ['SelfExSR, the folder of a scale', 'image_SRF_2/*_SRF_2_HR.png', 'image_SRF_2/*_SRF_2_LR.png', 'image_SRF_2'],
    ['one folder', '*.png', '*x2.png', ''],
    ['one folder, LR in a word', '*.png', '*_LR.png', ''],
    ['a folder of images with LR inside', '*.png', 'LR_bicubic/X2/*x2.png', ''],
    ['HR per set', 'HR/Set2/*_HR_x2.png', 'LR/LRBI/x2/*_LRBI_x2.png', ''],
  ])('%s', async (_, hr, lr, opened) => {
    await savePairs(hr, lr);
    const dataset = await openDataset(join(folder, opened), null);
    expect(await pixels(dataset, 2)).toEqual(NAMES.map((_, i) => [HR[i], LR[i]]));
    expect(dataset.notes).toEqual([]);
  });
});

describe('nothing is taken silently:', () => {
  it('LR that are made, and how', async () => {
    await save('a.png', HR[0] as Image);
    const dataset = await openDataset(folder, null);
    const origin = dataset.lrOrigin?.(2);
    expect(origin).toEqual({ stored: [], made: ['a'], folders: [], border: 'symmetric' });
    expect(describeDataset(dataset, 2)).toEqual([
      `${folder}: LR x2: of 1 image, made from HR by MATLAB's bicubic (border symmetric); none is stored`,
    ]);
  });

  it('a set of which some LR are stored and some made', async () => {
    await savePairs('HR/*.png', 'LR_bicubic/X2/*x2.png');
    await save('HR/a.png', HR[0] as Image);
    const dataset = await openDataset(folder, null);
    const origin = dataset.lrOrigin?.(2);
    expect(origin).toMatchObject({ stored: NAMES, made: ['a'] });
    expect(describeDataset(dataset, 2)).toEqual([
      `${folder}: LR x2: of 2 images stored in ${join(folder, 'LR_bicubic/X2')}, but of 1 image not and made from HR by MATLAB's bicubic (border symmetric): a`,
    ]);
    expect(await dataset.items.find(({ name }) => name === 'a')?.lr(2)).toEqual(makeLr(HR[0] as Image, 2));
  });

  it('files of other types, results beside HR and LR, other kinds of LR, and LR without HR', async () => {
    await savePairs('image_SRF_2/*_SRF_2_HR.png', 'image_SRF_2/*_SRF_2_LR.png');
    await save('image_SRF_2/0801_SRF_2_bicubic.png', HR[1] as Image);
    await save('image_SRF_2/0801_SRF_2_A+.png', HR[1] as Image);
    await writeFile(join(folder, 'image_SRF_2/notes.txt'), '');
    const dataset = await openDataset(folder, null);
    expect(dataset.notes).toEqual([
      'left out, not PNG, JPEG, WebP, TIFF or BMP: notes.txt',
      'left out, neither HR nor LR by name: 0801_SRF_2_A+.png, 0801_SRF_2_bicubic.png',
    ]);
    expect(await pixels(dataset, 2)).toEqual(NAMES.map((_, i) => [HR[i], LR[i]]));
  });

  it('the bicubic of several kinds is used', async () => {
    await savePairs('DIV2K_valid_HR/*.png', 'DIV2K_valid_LR_bicubic/X2/*x2.png');
    await savePairs('DIV2K_valid_HR/*.png', 'DIV2K_train_LR_bicubic/X2/*x2.png');
    for (const name of [...NAMES, 'other']) await save(`DIV2K_valid_LR_unknown/X2/${name}x2.png`, noise(6, 4, 9));
    const dataset = await openDataset(folder, null);
    expect(await pixels(dataset, 2)).toEqual(NAMES.map((_, i) => [HR[i], LR[i]]));
    expect(dataset.lrOrigin?.(2).folders.map((path) => basename(join(path, '..')))).toEqual(['DIV2K_valid_LR_bicubic']);
    expect(dataset.notes).toEqual([
      'LR images without an HR image of their name, left out: otherx2.png',
      'LR images of another kind, left out: 0801x2.png, img_002x2.png',
    ]);
  });

  it('a folder whose images are not all HR images of the set, shrunk, is none of LR', async () => {
    await savePairs('HR/*.png', 'thumbnails/*.png');
    await save('thumbnails/other.png', LR[0] as Image);
    await savePairs('HR/*.png', 'results/*x2.png');
    await save('results/0801x2.png', HR[1] as Image);
    const dataset = await openDataset(folder, null);
    expect(dataset.lrOrigin?.(2)).toMatchObject({ stored: [], made: NAMES });
  });

  it('images that are changed on reading, once for all of them', async () => {
    const { default: sharp } = await import('sharp');
    const raw = { width: 12, height: 8, channels: 3 as const };
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      await sharp((HR[0] as Image).data as Buffer, { raw })
        .ensureAlpha(0.5)
        .png()
        .toFile(join(folder, `${name}.png`));
    expect((await openDataset(folder, null)).notes).toEqual([
      'a.png, b.png, c.png and 2 more: alpha apart from the pixels, which are not composited with it',
    ]);
  });
});

describe('what is open is refused:', () => {
  it('LR of names that fit no HR image', async () => {
    await savePairs('HR/*.png', 'LR_bicubic/X2/lowres-*.png');
    expect(await refusal()).toBe(
      'folder ./LR_bicubic holds LR images, but none is named after an HR image (lowres-0801.png, lowres-img_002.png); expected HR names, with or without x2, _x2, LRx2, _LR or their like',
    );
  });

  it('two LR images of one kind', async () => {
    await savePairs('HR/*.png', 'LR_bicubic/X2/*x2.png');
    await savePairs('HR/*.png', 'LR_bicubic/X2/*_LR.png');
    expect(await refusal()).toMatch(/^LR images .*0801.* and .*0801.* are for the same HR image and scale; expected one$/);
  });

  it('a name and a folder of two scales', async () => {
    await savePairs('HR/*.png', 'LR_bicubic/X2/*x4.png');
    expect(await refusal()).toBe('LR image ./LR_bicubic/X2/0801x4.png is x4 by its name and x2 by its folder; expected one scale');
  });

  it('several sets', async () => {
    await savePairs('DIV2K_valid_HR/*.png', 'DIV2K_train_HR/*.png');
    expect(await refusal()).toBe('folder . has several sets of HR images; expected one of DIV2K_train_HR, DIV2K_valid_HR');
  });

  it('no images, with what is there instead', async () => {
    await writeFile(join(folder, 'a.gif'), '');
    await mkdir(join(folder, 'pictures'));
    expect(await refusal()).toBe(
      'folder . has no images; expected PNG, JPEG, WebP, TIFF or BMP files, found files a.gif, folders pictures (of which none is named HR or GT)',
    );
  });
});

it('HR images whose names end as those of LR images do stay HR, if their size says so', async () => {
  await save('a.png', HR[0] as Image);
  await save('ax2.png', HR[1] as Image);
  await save('bx2.png', noise(6, 4, 3));
  expect((await openDataset(folder, null)).items.map(({ name }) => name)).toEqual(['a', 'ax2', 'bx2']);
});
