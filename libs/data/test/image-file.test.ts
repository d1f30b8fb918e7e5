import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage, encodePng, readImage, readPicture, writeImage, writePicture, type Image } from '@distillery/data';
import { UserError } from '@distillery/tensor';
import { profileName } from '../src/colour-profile';
import { decodePicture, readImageSize } from '../src/image-file';
import { imagesIn } from '../src/image-folder';
import { bmpBytes } from './bmp-bytes';
import { pngBytes } from './png-bytes';
import { DATA, haveData } from './shared-data';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distillery-image-'));
});
afterAll(async () => rm(folder, { recursive: true }));

function noise(width: number, height: number, channels: 1 | 3): Image {
  const data = new Uint8Array(width * height * channels).map((_, i) => (i * 7919 + (i >> 3) * 104729) % 256);
  return { width, height, channels, data };
}

/** The promise's rejection; fails if it is not a UserError of one line. */
async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => 'resolved',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  const { message } = error as UserError;
  expect(message).not.toContain('\n');
  return message;
}

describe('PNG', () => {
  it('round-trips grey and RGB of any size, 1x1 included', async () => {
    const image = fc
      .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.constantFrom(1 as const, 3 as const))
      .chain(([width, height, channels]) =>
        fc
          .uint8Array({ minLength: width * height * channels, maxLength: width * height * channels })
          .map((data): Image => ({ width, height, channels, data })),
      );
    const roundTrip = fc.asyncProperty(image, async (original) => {
      expect(await decodeImage(await encodePng(original), 'it')).toEqual(original);
    });
    await fc.assert(roundTrip);
  });

  it.each([
    ['grey', { bitDepth: 8, colourType: 0 }, [[0, 128, 255]], 1, [0, 128, 255]],
    ['grey of 1 bit', { bitDepth: 1, colourType: 0 }, [[0b01000000]], 1, [0, 255, 0]],
    ['16-bit grey, rounded to 8', { bitDepth: 16, colourType: 0 }, [[0, 127, 0x80, 0x7f, 0xff, 0xff]], 1, [0, 128, 255]],
    [
      '16-bit RGB, rounded to 8',
      { bitDepth: 16, colourType: 2 },
      [[0, 129, 1, 1, 0x12, 0x34, 0, 0, 0xff, 0, 0, 255, 1, 129, 1, 130, 0xfe, 0xff]],
      3,
      [1, 1, 18, 0, 254, 1, 1, 2, 254],
    ],
    [
      'alpha, dropped and not composited',
      { bitDepth: 8, colourType: 6 },
      [[10, 20, 30, 0, 40, 50, 60, 255, 70, 80, 90, 1]],
      3,
      [10, 20, 30, 40, 50, 60, 70, 80, 90],
    ],
    ['grey with alpha', { bitDepth: 8, colourType: 4 }, [[10, 0, 20, 255, 30, 128]], 1, [10, 20, 30]],
  ] as const)('reads %s', async (_, type, rows, channels, pixels) => {
    const image = await decodeImage(pngBytes({ width: 3, height: 1, ...type }, rows), 'it');
    expect(image).toEqual({ width: 3, height: 1, channels, data: Uint8Array.from(pixels) });
  });

  it('turns a palette into RGB, its transparency dropped', async () => {
    const palette = [255, 0, 0, 0, 255, 0, 1, 2, 3];
    const header = { width: 3, height: 1, bitDepth: 8, colourType: 3 } as const;
    const extra: [string, number[]][] = [
      ['PLTE', palette],
      ['tRNS', [0, 128]],
    ];
    const image = await decodeImage(pngBytes(header, [[2, 0, 1]], extra), 'it');
    expect(image).toEqual({ width: 3, height: 1, channels: 3, data: Uint8Array.from([1, 2, 3, 255, 0, 0, 0, 255, 0]) });
  });

  it('applies no gamma', async () => {
    const header = { width: 1, height: 1, bitDepth: 8, colourType: 2 } as const;
    const linear = pngBytes(header, [[10, 100, 200]], [['gAMA', [0, 1, 0x86, 0xa0]]]);
    expect([...(await decodeImage(linear, 'it')).data]).toEqual([10, 100, 200]);
  });

  it('refuses every truncation that loses pixels', async () => {
    const whole = await encodePng(noise(24, 18, 3));
    for (let length = 0; length < whole.length - 16; length += 29) {
      expect(await refusal(decodeImage(whole.subarray(0, length), 'cut.png')), String(length)).toMatch(
        /^image cut\.png (is empty|cannot be decoded).*; expected /,
      );
    }
  });

  it('refuses damaged pixels', async () => {
    const damaged = Buffer.from(await encodePng(noise(24, 18, 3)));
    damaged.fill(0, 200, 300);
    expect(await refusal(decodeImage(damaged, 'bad.png'))).toContain('image bad.png cannot be decoded, it may be damaged or truncated');
  });
});

describe('JPEG', () => {
  it.skipIf(!haveData)('decodes as libjpeg does: BSD100 as JPEG equals its published PNG, pixel for pixel', async () => {
    const reference = imagesIn(join(DATA, 'benchmarks/BSD100/HR_png10'));
    expect(reference.size).toBe(10);
    for (const [name, path] of reference) {
      const [jpeg, png] = [await readImage(join(DATA, 'benchmarks/BSD100/HR_jpg', `${name}.jpg`)), await readImage(path)];
      expect([jpeg.width, jpeg.height, jpeg.channels]).toEqual([png.width, png.height, png.channels]);
      expect(Buffer.compare(jpeg.data, png.data), name).toBe(0);
    }
  });

  it('keeps a grey file at one channel and is turned upright', async () => {
    const grey = { width: 6, height: 4, channels: 1 as const };
    const upright = { width: 4, height: 6, channels: 1 as const };
    const plain = await sharp(noise(6, 4, 1).data, { raw: grey })
      .toColourspace('b-w')
      .jpeg()
      .toBuffer();
    // An APP1 segment that holds one TIFF entry: orientation (0x0112), a short, once, 6.
    const exif = [...Buffer.from('Exif\0\0II*\0', 'latin1'), 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
    const bytes = Buffer.concat([plain.subarray(0, 2), Buffer.from([0xff, 0xe1, 0, exif.length + 2, ...exif]), plain.subarray(2)]);
    expect((await sharp(bytes).metadata()).orientation).toBe(6);
    const stored = await decodeImage(plain, 'it');
    const { image, changes } = await decodePicture(bytes, 'it');
    expect(image).toMatchObject(upright);
    expect(changes).toEqual(['rotated']);
    // Orientation 6: the first stored row is the right-hand column.
    const column = [0, 1, 2, 3, 4, 5].map((y) => image.data[y * 4 + 3]);
    expect(column).toEqual([...stored.data.subarray(0, 6)]);
    const path = join(folder, 'turned.jpg');
    await writeFile(path, bytes);
    expect(await readImageSize(path)).toEqual({ width: 4, height: 6 });
  });

  it('refuses every truncation', async () => {
    const whole = await sharp(noise(24, 18, 3).data, { raw: { width: 24, height: 18, channels: 3 } })
      .jpeg()
      .toBuffer();
    for (let length = 0; length < whole.length; length += 37) await refusal(decodeImage(whole.subarray(0, length), 'cut.jpg'));
  });

  it('of CMYK becomes sRGB', async () => {
    const flat = new Uint8Array(8 * 8 * 3).fill(0).map((_, i) => [150, 120, 110][i % 3] as number);
    const cmyk = await sharp(flat, { raw: { width: 8, height: 8, channels: 3 } })
      .toColourspace('cmyk')
      .jpeg({ quality: 100 })
      .toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    const { image, changes } = await decodePicture(cmyk, 'print.jpg');
    expect(changes).toEqual(['cmyk']);
    expect(image).toMatchObject({ width: 8, height: 8, channels: 3 });
    expect(Math.max(...image.data.map((value, i) => Math.abs(value - (flat[i] as number))))).toBeLessThan(12);
  });
});

describe('WebP and TIFF', () => {
  const source = noise(9, 7, 3);
  const raw = () => sharp(source.data, { raw: { width: 9, height: 7, channels: 3 } });
  it.each([
    ['WebP', () => raw().webp({ lossless: true })],
    ['TIFF', () => raw().tiff({ compression: 'lzw' })],
  ])('%s is read as stored', async (_, encode) => {
    expect(await decodeImage(await encode().toBuffer(), 'it')).toEqual(source);
  });

  it('of several pages are refused', async () => {
    const pages = await Promise.all([raw(), raw().negate()].map((page) => page.png().toBuffer()));
    const stacked = await sharp(pages, { join: { animated: true } })
      .webp()
      .toBuffer();
    expect(await refusal(decodeImage(stacked, 'it.webp'))).toBe('image it.webp has 2 pages; expected one image');
  });
});

describe('BMP', () => {
  const source = noise(7, 5, 3);
  it.each([
    ['rows from the bottom', bmpBytes(source)],
    ['rows from the top', bmpBytes(source, { topDown: true })],
  ])('with %s', async (_, bytes) => {
    expect(await decodeImage(bytes, 'it')).toEqual(source);
    const path = join(folder, 'it.bmp');
    await writeFile(path, bytes);
    expect(await readImageSize(path)).toEqual({ width: 7, height: 5 });
  });

  it('with a palette', async () => {
    const grey = noise(7, 5, 1);
    const { data } = await decodeImage(bmpBytes(grey), 'it');
    expect([...data]).toEqual([...grey.data].flatMap((value) => [value, value, value]));
  });

  it('has alpha where its header says which bits are', async () => {
    // Version 5 with masks of 8 bits each, BGRA; and the same bytes without a mask for alpha.
    const bytes = Buffer.alloc(138 + 8);
    bytes.write('BM', 'latin1');
    for (const [at, value] of [
      [2, bytes.length],
      [10, 138],
      [14, 124],
      [18, 2],
      [22, 1],
      [30, 3],
      [54, 0xff0000],
      [58, 0xff00],
      [62, 0xff],
      [66, 0xff000000],
    ] as const)
      bytes.writeUInt32LE(value, at);
    bytes.writeUInt16LE(1, 26);
    bytes.writeUInt16LE(32, 28);
    bytes.set([30, 20, 10, 128, 60, 50, 40, 255], 138);
    const picture = await decodePicture(bytes, 'it');
    expect([...picture.image.data]).toEqual([10, 20, 30, 40, 50, 60]);
    expect(picture.alpha?.data).toEqual(Uint8Array.of(128, 255));
    expect(picture.changes).toEqual(['alpha']);
    bytes.writeUInt32LE(0, 66);
    expect(await decodePicture(bytes, 'it')).toMatchObject({ alpha: null, changes: [] });
  });

  it('is refused wherever it is cut off', async () => {
    const whole = bmpBytes(source);
    for (let length = 9; length < whole.length; length += 7)
      expect(await refusal(decodeImage(whole.subarray(0, length), 'cut.bmp'))).toMatch(/^image cut\.bmp cannot be decoded/);
  });
});

describe('what belongs to an image but is not measured', () => {
  it('alpha is kept apart, and written where the format has it', async () => {
    const rgba = pngBytes({ width: 3, height: 1, bitDepth: 8, colourType: 6 }, [[10, 20, 30, 0, 40, 50, 60, 255, 70, 80, 90, 1]]);
    const picture = await decodePicture(rgba, 'it');
    expect(picture.changes).toEqual(['alpha']);
    expect(picture.alpha).toEqual({ width: 3, height: 1, channels: 1, data: Uint8Array.of(0, 255, 1) });
    await writePicture(join(folder, 'alpha.png'), picture);
    expect(await readPicture(join(folder, 'alpha.png'))).toEqual(picture);
    await writePicture(join(folder, 'alpha.jpg'), picture);
    expect((await readPicture(join(folder, 'alpha.jpg'))).alpha).toBeNull();
    const grey = await decodePicture(pngBytes({ width: 3, height: 1, bitDepth: 8, colourType: 4 }, [[10, 0, 20, 255, 30, 128]]), 'it');
    expect(grey.alpha?.data).toEqual(Uint8Array.of(0, 255, 128));
    expect(grey.changes).toEqual(['alpha']);
    const opaque = pngBytes({ width: 1, height: 1, bitDepth: 8, colourType: 6 }, [[1, 2, 3, 255]]);
    expect(await decodePicture(opaque, 'it')).toMatchObject({ alpha: null, changes: [] });
  });

  it('a colour profile is not applied, is named unless it is sRGB, and is written again', async () => {
    const source = noise(6, 4, 3);
    const plain = await encodePng(source);
    for (const [kind, name, changes] of [
      ['srgb', /sRGB/, []],
      ['p3', /P3/, ['profile']],
    ] as const) {
      const { icc } = await sharp(await sharp(plain).withIccProfile(kind).png().toBuffer()).metadata();
      const profile = icc as Buffer;
      expect(profileName(profile)).toMatch(name);
      const picture = { image: source, alpha: null, profile };
      for (const path of [join(folder, 'p.png'), join(folder, 'p.jpg')]) {
        await writePicture(path, picture);
        const again = await sharp(path).metadata();
        expect(again.icc && Buffer.compare(again.icc, profile), path).toBe(0);
      }
      const read = await readPicture(join(folder, 'p.png'));
      expect(read.image).toEqual(await decodeImage(plain, 'it'));
      expect(read.changes).toEqual(changes);
    }
  });

  it('16 bits are named', async () => {
    const wide = pngBytes({ width: 1, height: 1, bitDepth: 16, colourType: 0 }, [[0, 129]]);
    expect((await decodePicture(wide, 'it')).changes).toEqual(['depth']);
  });
});

describe('readImage', () => {
  it('names a file that is missing, empty, a folder, text, or another format', async () => {
    const [empty, text, gif] = ['empty.png', 'text.png', 'gif.png'].map((name) => join(folder, name)) as [string, string, string];
    await writeFile(empty, '');
    await writeFile(text, 'no pixels here');
    await writeFile(
      gif,
      await sharp(noise(4, 4, 3).data, { raw: { width: 4, height: 4, channels: 3 } })
        .gif()
        .toBuffer(),
    );
    expect(await refusal(readImage(join(folder, 'none.png')))).toBe(
      `cannot read image ${join(folder, 'none.png')}: no such file or folder`,
    );
    expect(await refusal(readImage(folder))).toBe(`cannot read image ${folder}: it is a folder`);
    expect(await refusal(readImage(empty))).toBe(`image ${empty} is empty; expected a file of PNG, JPEG, WebP, TIFF or BMP`);
    expect(await refusal(readImage(text))).toBe(
      `image ${text} is a text that begins with "no pixels here"; expected PNG, JPEG, WebP, TIFF or BMP`,
    );
    expect(await refusal(readImage(gif))).toBe(`image ${gif} is a GIF image; expected PNG, JPEG, WebP, TIFF or BMP`);
  });
});

describe('what is saved under the name of an image', () => {
  it.each([
    ['\n<!DOCTYPE html><html>', 'an HTML page: the download asked for a login or a confirmation, which a browser has to give'],
    ['version https://git-lfs.github.com/spec/v1\n', 'a pointer of git LFS, not the file that it stands for: fetch that with git lfs pull'],
    ['404: Not Found', 'a text that begins with "404: Not Found"'],
    ['<?xml version="1.0"?><Error/>', 'an XML text, as servers answer with an error'],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'an SVG drawing'],
    ['\0'.repeat(100), 'nothing but zeros: the download was not finished, or the disk failed'],
    ['PK\x03\x04\0\0', 'a zip archive: unpack it first'],
    ['\0\0\0\x0cjP  \r\n', 'a JPEG 2000 image'],
    ['\0\0\0\x18ftypheic', 'an image of HEIF'],
    ['P6\n4 4\n255\n\0\0\0', 'a PNM image'],
    ['%PDF-1.5\n\xff', 'a PDF'],
  ])('%j is called what it is', async (content, what) => {
    expect(await refusal(decodeImage(Buffer.from(content, 'latin1'), 'it'))).toBe(
      `image it is ${what}; expected PNG, JPEG, WebP, TIFF or BMP`,
    );
  });

  it('a header of a size that is not decoded', async () => {
    const header = pngBytes({ width: 60000, height: 60000, bitDepth: 8, colourType: 2 }, [[0, 0, 0]]);
    const bmp = Buffer.from('BM' + '\0'.repeat(60), 'latin1');
    bmp.writeUInt32LE(40, 14);
    bmp.writeInt32LE(60000, 18);
    bmp.writeInt32LE(-60000, 22);
    for (const bytes of [header, bmp])
      expect(await refusal(decodeImage(bytes, 'huge'))).toBe(
        'image huge is 60000x60000 by its header; expected at most 268 million pixels',
      );
  });

  it('an animation of which libvips would read the first image', async () => {
    const animated = pngBytes({ width: 1, height: 1, bitDepth: 8, colourType: 2 }, [[1, 2, 3]], [['acTL', [0, 0, 0, 2, 0, 0, 0, 0]]]);
    expect(await refusal(decodeImage(animated, 'it'))).toBe('image it has several pages; expected one image');
  });
});

describe('writeImage', () => {
  it('writes PNG without loss and JPEG nearly so, by extension', async () => {
    const smooth: Image = { width: 32, height: 24, channels: 3, data: new Uint8Array(32 * 24 * 3).map((_, i) => 40 + (i % 96)) };
    await writeImage(join(folder, 'a.PNG'), smooth);
    await writeImage(join(folder, 'a.jpg'), smooth);
    expect(await readImage(join(folder, 'a.PNG'))).toEqual(smooth);
    const jpeg = await readImage(join(folder, 'a.jpg'));
    expect(Math.max(...jpeg.data.map((v, i) => Math.abs(v - (smooth.data[i] as number))))).toBeLessThan(12);
    expect((await readFile(join(folder, 'a.jpg'))).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
  });

  it('refuses another extension and a missing folder, and leaves nothing behind', async () => {
    const before = await readdir(folder);
    expect(await refusal(writeImage(join(folder, 'a.webp'), noise(2, 2, 3)))).toContain('expected a name ending in .png, .tif or .jpg');
    const path = join(folder, 'missing', 'a.png');
    expect(await refusal(writeImage(path, noise(2, 2, 3)))).toBe(`cannot write ${path}: no such file or folder`);
    expect(await readdir(folder)).toEqual(before);
  });
});
