import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  imageToTensor,
  luma,
  readImage,
  readPicture,
  resizeBicubic,
  toEightBit,
  writePicture,
  type Image,
  type Values,
} from '@distillery/data';
import { useEngine } from '@distillery/tensor';

/** Written by golden/make_sixteen_bit.py, which says how. */
interface Golden {
  readonly size: readonly [number, number];
  readonly rgb: readonly number[];
  readonly grey: readonly number[];
  readonly margin: number;
  readonly half: readonly number[];
}

const GOLDEN = join(__dirname, 'golden');
let golden: Golden;
let rgb: Image<Uint16Array>;
let folder = '';
beforeAll(async () => {
  await useEngine('wasm');
  golden = JSON.parse(await readFile(join(GOLDEN, 'sixteen-bit.json'), 'utf8')) as Golden;
  const [width, height] = golden.size;
  rgb = { width, height, channels: 3, data: Uint16Array.from(golden.rgb) };
  folder = await mkdtemp(join(tmpdir(), 'distillery-sixteen-'));
});
afterAll(async () => rm(folder, { recursive: true }));

describe('images of 16 bits', () => {
  it("are read as others' libraries wrote them, every bit of a value", async () => {
    const { image, changes } = await readPicture(join(GOLDEN, 'rgb.tif'));
    expect(image).toEqual(rgb);
    expect(changes).toEqual(['depth']);
    const grey = await readPicture(join(GOLDEN, 'grey.png'));
    expect(grey.image).toEqual({ width: rgb.width, height: rgb.height, channels: 1, data: Uint16Array.from(golden.grey) });
  });

  it('are trained on and measured in 8 bits, round(v / 257)', async () => {
    const read = await readImage(join(GOLDEN, 'rgb.tif'));
    expect(read).toEqual(toEightBit(rgb));
    expect([...read.data]).toEqual(golden.rgb.map((value) => Math.round(value / 257)));
  });

  it('have the luma and the tensor of v / 257', () => {
    const eight: Image = { width: 2, height: 1, channels: 3, data: Uint8Array.from([0, 17, 255, 128, 3, 99]) };
    const wide: Image<Uint16Array> = { ...eight, data: Uint16Array.from(eight.data, (value) => value * 257) };
    expect([...luma(wide)]).toEqual([...luma(eight)]);
    const [one, other] = [imageToTensor(eight), imageToTensor(wide)];
    expect(other.dataSync()).toEqual(one.dataSync());
    for (const tensor of [one, other]) tensor.dispose();
  });

  it('shrink as PyTorch shrinks them in float64, to the rounding between the two axes', () => {
    const half = resizeBicubic(rgb, 0.5);
    expect(half.data).toBeInstanceOf(Uint16Array);
    const { margin } = golden;
    const inside: number[] = [];
    for (let y = margin; y < half.height - margin; y++) {
      for (let x = margin * 3; x < (half.width - margin) * 3; x++) inside.push(half.data[y * half.width * 3 + x] as number);
    }
    expect(inside).toHaveLength(golden.half.length);
    expect(Math.max(...inside.map((value, i) => Math.abs(value - (golden.half[i] as number))))).toBeLessThan(1.5);
  });

  it.each(['png', 'tif', 'TIFF'])('are written to .%s with all their bits, alpha and profile', async (extension) => {
    const profile = (
      await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
        .withIccProfile('p3')
        .png()
        .toBuffer()
        .then((png) => sharp(png).metadata())
    ).icc as Buffer;
    const alpha: Image<Uint16Array> = { ...rgb, channels: 1, data: Uint16Array.from(golden.grey) };
    const path = join(folder, `a.${extension}`);
    for (const picture of [
      { image: rgb, alpha, profile },
      { image: rgb, alpha: null, profile: null },
      { image: alpha, alpha: null, profile: null },
    ]) {
      await writePicture(path, picture);
      const { changes, ...read } = await readPicture(path);
      expect({ ...read, profile: read.profile && Buffer.from(read.profile) }).toEqual(picture);
      expect(changes).toContain('depth');
      expect((await sharp(path).metadata()).depth).toBe('ushort');
    }
  });

  it('become 8 bits in a JPEG', async () => {
    const flat: Image<Values> = { width: 16, height: 16, channels: 3, data: new Uint16Array(16 * 16 * 3).fill(40_000) };
    const path = join(folder, 'a.jpg');
    await writePicture(path, { image: flat, alpha: null, profile: null });
    const { image, changes } = await readPicture(path);
    expect(changes).toEqual([]);
    expect([...new Set(image.data)]).toEqual([156]);
  });
});
