import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crop, makeLr, openDataset, SHRUNK_DATASETS, writeImage, type Image } from '@distillery/data';
import { UserError } from '@distillery/tensor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let dataDir = '';
beforeEach(async () => (dataDir = await mkdtemp(join(tmpdir(), 'shrunk-'))));
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const capture = (seed: number): Image => {
  const [width, height] = [420, 400];
  return { width, height, channels: 3, data: new Uint8Array(width * height * 3).map((_, i) => (i * seed + (i >> 5)) % 256) };
};

async function store(...names: string[]): Promise<void> {
  const folder = join(dataDir, 'realworld/City100-subset/NikonD5500');
  await mkdir(folder, { recursive: true });
  for (const [i, name] of names.entries()) {
    await writeImage(join(folder, `${name}H.png`), capture(3 + 2 * i));
    await writeImage(join(folder, `${name}L.png`), capture(4 + 2 * i));
  }
}

describe('captured pairs, shrunk', () => {
  it('have the shrunk captured LR, not a shrunk HR', async () => {
    await store('082', '088');
    const { items, groundTruth } = await openDataset('City100-NikonD5500-shrunk-test', dataDir);
    expect(items.map(({ name }) => name)).toEqual(['082', '088']);
    expect(groundTruth).toBe(true);
    expect(await items[1]?.hr()).toEqual(capture(5));
    expect(await items[1]?.lr(4)).toEqual(makeLr(capture(6), 4));
  });

  it('are cut to the same middle square of both first, where the set says so', async () => {
    await store('082', '088');
    const whole = await openDataset('City100-NikonD5500-shrunk-test', dataDir);
    const centre = await openDataset('City100-NikonD5500-shrunk-test-centre', dataDir);
    expect(centre.hash).not.toBe(whole.hash);
    expect(await centre.items[0]?.hr()).toEqual(crop(capture(3), 50, 40, 320, 320));
    expect(await centre.items[0]?.lr(4)).toEqual(makeLr(crop(capture(4), 50, 40, 320, 320), 4));
  });

  it('are cut to squares over the whole image where the set says so', async () => {
    await store('067');
    const { items } = await openDataset('City100-NikonD5500-shrunk-validate', dataDir);
    expect(items).toHaveLength(16);
    // Quarters of 420 and 400 pixels are 105 and 100 wide: the last square begins at 3.5 of them less 48.
    expect(items.at(-1)?.name).toBe('067-3-3');
    expect(await items.at(-1)?.hr()).toEqual(crop(capture(3), 319, 302, 96, 96));
    expect(await items[1]?.lr(4)).toEqual(makeLr(crop(capture(4), 109, 2, 96, 96), 4));
  });

  it('share no scene between what is adapted to, what training is watched by and what is tested on', () => {
    const uses = Object.entries(SHRUNK_DATASETS).map(([name, { images }]) => ({
      images,
      domain: name.split('-shrunk-')[0],
      use: name.split('-shrunk-')[1]?.replace('-centre', ''),
    }));
    expect(new Set(uses.map(({ use }) => use))).toEqual(new Set(['adapt', 'validate', 'test']));
    for (const one of uses)
      for (const other of uses.filter(({ domain, use }) => domain === one.domain && use !== one.use))
        expect(one.images.filter((image) => (other.images as readonly string[]).includes(image))).toEqual([]);
  });

  it('name the image that is missing, in one line', async () => {
    await store('082');
    await expect(openDataset('City100-NikonD5500-shrunk-test', dataDir)).rejects.toThrow(UserError);
    await expect(openDataset('City100-NikonD5500-shrunk-test', dataDir)).rejects.toThrow(
      /^dataset City100-NikonD5500-shrunk-test needs image 088 of City100-NikonD5500, which is not there$/,
    );
  });
});
