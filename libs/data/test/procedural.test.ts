import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openDataset } from '@distillery/data';
import { PROCEDURAL_DATASETS } from '../src/procedural';

/** Mean absolute difference of horizontally neighbouring values: how much there is to see. */
function activity(data: Uint8Array): number {
  let sum = 0;
  for (let i = 3; i < data.length; i++) sum += Math.abs((data[i] as number) - (data[i - 3] as number));
  return sum / data.length;
}

describe('procedural datasets', () => {
  // Pinned from this very code: the bytes must not depend on the machine, nor change unnoticed.
  it.each([
    ['procedural', 24, 120, 120, 'd1a6b193d6df109a142c6952fc7c2bcca7ae724c87135cf770e7c4acffc23caf'],
    ['procedural-validate', 6, 120, 120, 'e5de443ccd7f457e9b7a5803916e68be2acece78624d07b07bee02b8b756a161'],
    ['procedural-test', 6, 120, 96, 'eb8351c9ab49fe3f34e255dea578312cd8b2f5fbf1e7169325613779485d9a44'],
  ])('%s: %i images of %ix%i with the same bytes everywhere', async (name, images, width, height, pinned) => {
    const dataset = await openDataset(name, null);
    expect([dataset.name, dataset.procedural, dataset.groundTruth, dataset.items.length]).toEqual([name, true, true, images]);
    const pixels = createHash('sha256');
    for (const item of dataset.items) {
      const hr = await item.hr();
      expect([hr.width, hr.height, hr.channels]).toEqual([width, height, 3]);
      expect(activity(hr.data), item.name).toBeGreaterThan(1);
      pixels.update(hr.data);
    }
    expect(pixels.digest('hex')).toBe(pinned);
  });

  it('has different images for training, validation and testing, and different hashes', async () => {
    const sets = await Promise.all(Object.keys(PROCEDURAL_DATASETS).map((name) => openDataset(name, null)));
    const seen = new Set<string>();
    const items = sets.flatMap((set) => set.items);
    for (const item of items) seen.add(Buffer.from((await item.hr()).data.subarray(0, 3000)).toString('hex'));
    expect(seen.size).toBe(items.length);
    expect(new Set(sets.map(({ hash }) => hash)).size).toBe(sets.length);
  });

  it('makes LR at x2, x3 and x4 without cropping, and another LR hash for another border', async () => {
    const dataset = await openDataset('procedural-test', null);
    for (const scale of [2, 3, 4]) {
      const lr = await dataset.items[0]?.lr(scale);
      expect([lr?.width, lr?.height]).toEqual([120 / scale, 96 / scale]);
    }
    const replicate = await openDataset('procedural-test', null, { lr: 'replicate' });
    expect(replicate.hash).not.toBe(dataset.hash);
    expect((await replicate.items[0]?.lr(4))?.data).not.toEqual((await dataset.items[0]?.lr(4))?.data);
  });
});
