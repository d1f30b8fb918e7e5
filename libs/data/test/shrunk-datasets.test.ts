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
  const [width, height] = [348, 332];
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
    expect(await centre.items[0]?.hr()).toEqual(crop(capture(3), 14, 6, 320, 320));
    expect(await centre.items[0]?.lr(4)).toEqual(makeLr(crop(capture(4), 14, 6, 320, 320), 4));
  });

  it('share no scene between what is adapted to and what is tested on', () => {
    for (const [name, { images }] of Object.entries(SHRUNK_DATASETS).filter(([set]) => set.endsWith('-adapt'))) {
      const test = SHRUNK_DATASETS[name.replace('adapt', 'test') as keyof typeof SHRUNK_DATASETS];
      for (const image of images) expect(test.images as readonly string[], name).not.toContain(image);
    }
  });

  it('name the image that is missing, in one line', async () => {
    await store('082');
    await expect(openDataset('City100-NikonD5500-shrunk-test', dataDir)).rejects.toThrow(UserError);
    await expect(openDataset('City100-NikonD5500-shrunk-test', dataDir)).rejects.toThrow(
      /^dataset City100-NikonD5500-shrunk-test needs image 088 of City100-NikonD5500, which is not there$/,
    );
  });
});
