import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import sharp from 'sharp';
import { UserError } from '@distillery/tensor';
import { fileError, writeFileAtomic } from './files';
import type { Image, Size } from './image';

/** File name extensions of images that can be read, in lower case. */
export const IMAGE_EXTENSIONS: readonly string[] = ['.png', '.jpg', '.jpeg'];

/**
 * Reads a PNG or JPEG (told apart by content) as stored: colour profiles, gamma and EXIF rotation are not applied.
 * Grey stays one channel; a palette becomes RGB; alpha is dropped, not composited; 16 bit becomes 8 bit, round(v / 257).
 * Throws UserError if the file is missing, truncated, damaged, or neither grey nor RGB.
 */
export async function readImage(path: string): Promise<Image> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError('read image', path, error);
  });
  return decodeImage(bytes, path);
}

/** The size of an image file, from its header. Throws UserError if that cannot be read. */
export async function readImageSize(path: string): Promise<Size> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError('read image', path, error);
  });
  const { width, height } = await sharp(bytes)
    .metadata()
    .catch((error: unknown) => {
      throw unreadable(path, error);
    });
  return { width, height };
}

/** `readImage` for bytes in memory; `name` is what error messages call them. */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<Image> {
  if (bytes.length === 0) throw new UserError(`image ${name} is empty; expected a PNG or JPEG`);
  // 'error' and not 'warning': a PNG with an odd colour profile is a warning, and the profile is ignored anyway.
  const input = sharp(bytes, { failOn: 'error', ignoreIcc: true });
  const meta = await input.metadata().catch((error: unknown) => {
    throw unreadable(name, error);
  });
  if (meta.format !== 'png' && meta.format !== 'jpeg') throw new UserError(`image ${name} is ${meta.format}; expected a PNG or JPEG`);
  const grey = meta.space === 'b-w' || meta.space === 'grey16';
  if (!grey && meta.space !== 'srgb' && meta.space !== 'rgb16') {
    throw new UserError(`image ${name} has the colour space ${meta.space}; expected grey or RGB`);
  }
  const wide = meta.depth === 'ushort';
  // Naming the output space keeps grey at one channel and 16 bit unshifted, so that we can round it.
  const space = wide ? (grey ? 'grey16' : 'rgb16') : grey ? 'b-w' : 'srgb';
  const { data, info } = await input
    .removeAlpha()
    .toColourspace(space)
    .raw({ depth: wide ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw unreadable(name, error);
    });
  const { width, height } = info;
  return { width, height, channels: grey ? 1 : 3, data: wide ? to8Bit(data) : new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

function to8Bit(data: Buffer): Uint8Array {
  const wide = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  const narrow = new Uint8Array(wide.length);
  for (let i = 0; i < wide.length; i++) narrow[i] = Math.round((wide[i] as number) / 257);
  return narrow;
}

function unreadable(name: string, error: unknown): UserError {
  const detail = error instanceof Error ? (error.message.split('\n')[0] as string).trim() : String(error);
  return new UserError(`image ${name} cannot be decoded, it may be damaged or truncated; expected a complete PNG or JPEG (${detail})`, {
    cause: error,
  });
}

/** The image as a PNG file, 8 bit grey or RGB, lossless. */
export async function encodePng(image: Image): Promise<Buffer> {
  return pipeline(image).png().toBuffer();
}

/**
 * Writes a PNG (lossless) or, by extension, a JPEG (quality 95, no chroma subsampling), all or nothing.
 * Throws UserError for another extension or a place that cannot be written.
 */
export async function writeImage(path: string, image: Image): Promise<void> {
  const extension = extname(path).toLowerCase();
  if (!IMAGE_EXTENSIONS.includes(extension)) throw new UserError(`cannot write image ${path}: expected a name ending in .png or .jpg`);
  const isPng = extension === '.png';
  const bytes = isPng ? await encodePng(image) : await pipeline(image).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();
  await writeFileAtomic(path, bytes);
}

function pipeline(image: Image): sharp.Sharp {
  const { width, height, channels, data } = image;
  return sharp(data, { raw: { width, height, channels } }).toColourspace(channels === 1 ? 'b-w' : 'srgb');
}
