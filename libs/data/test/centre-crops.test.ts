import { centreCrops, crop, openDataset, resizeBicubic, type Dataset } from '@distillery/data';
import { UserError } from '@distillery/tensor';
import { describe, expect, it } from 'vitest';

describe('centreCrops', () => {
  it.each([2, 3, 4])('cuts the same square from HR and from the LR of the whole image at x%i', async (scale) => {
    const whole = await openDataset('procedural-test', null);
    const crops = await centreCrops(whole, 48, scale);
    expect(crops.items.map(({ name }) => name)).toEqual(whole.items.map(({ name }) => name));
    // 120 x 96: the middle squares start at (36, 24), and 36 is no multiple of 24.
    const [hr, lr] = [await whole.items[1]?.hr(), await whole.items[1]?.lr(scale)];
    expect(await crops.items[1]?.hr()).toEqual(hr && crop(hr, 24, 24, 48, 48));
    expect(await crops.items[1]?.lr(scale)).toEqual(lr && crop(lr, 24 / scale, 24 / scale, 48 / scale, 48 / scale));
    expect(await crops.items[1]?.lr(scale)).not.toEqual(resizeBicubic(await (crops.items[1] as Dataset['items'][number]).hr(), 1 / scale));
    expect(crops.hash).not.toBe(whole.hash);
    expect(crops.hash).not.toBe((await centreCrops(whole, 72, scale)).hash);
  });

  it('refuses images that are smaller, and scales at which crops are not whole LR pixels', async () => {
    const whole = await openDataset('procedural-test', null);
    const refusal = async (made: Promise<unknown>) => made.then(() => null).catch((error: unknown) => error);
    expect(await refusal(centreCrops(whole, 120, 2))).toEqual(
      new UserError('image 01 of procedural-test is 120x96; expected at least 120x120'),
    );
    expect(await refusal(centreCrops(whole, 72, 5))).toEqual(new UserError('scale 5: expected one that 24 and 72 are multiples of'));
    const [first] = (await centreCrops(whole, 72, 2)).items;
    expect(await refusal((first as Dataset['items'][number]).lr(4))).toEqual(
      new UserError('scale 4: expected 2, for which the crops were cut'),
    );
  });
});
