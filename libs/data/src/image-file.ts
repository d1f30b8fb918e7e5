import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { UserError } from '@distillery/tensor';
import { bmpHasAlpha, bmpSize, decodeBmp, isBmp } from './bmp';
import { isStandard } from './colour-profile';
import { emptyLike, peak, type Values } from './depth';
import { fileError, requireFile } from './files';
import { foreignFile, isZip } from './foreign-file';
import { toEightBit, type Image, type Size } from './image';
import type { ImageChange, Picture } from './picture';

/** File name extensions of images that can be read, in lower case. */
export const IMAGE_EXTENSIONS: readonly string[] = ['.png', '.jpg', '.jpeg', '.webp', '.tif', '.tiff', '.bmp'];

/** The same in words. */
export const IMAGE_FORMATS = 'PNG, JPEG, WebP, TIFF or BMP';

/** What sharp calls the formats that it is trusted with here. */
const SHARP_FORMATS: readonly string[] = ['png', 'jpeg', 'webp', 'tiff'];

/** More are not decoded. */
const MAX_PIXELS = 2 ** 28;

/**
 * Reads an image file, whose content tells its format, by one rule. Values are taken as stored: no gamma and no colour profile is applied. The image is turned upright
 * as EXIF says. Grey stays one channel; a palette becomes RGB; 8 bits stay 8 and 16 stay 16. CMYK becomes sRGB of 8 bits by the profile in the file, or a
 * common one. Alpha is kept apart and never composited. `changes` says which of these was needed.
 * Throws UserError if the file is missing, truncated, damaged, of another format or colour space, or has several pages.
 */
export async function readPicture(path: string): Promise<Picture> {
  return decodePicture(await bytesOf(path), path);
}

/** The pixels of an image file as they are trained on and measured: by the rule of `readPicture`, and 16 bits become 8, round(v / 257). */
export async function readImage(path: string): Promise<Image> {
  return toEightBit((await readPicture(path)).image);
}

/** The size of an image file when upright, from its header. Throws UserError if that cannot be read. */
export async function readImageSize(path: string): Promise<Size> {
  const bytes = await bytesOf(path);
  if (isBmp(bytes)) return bmpSize(bytes) ?? refuseUnreadable(path, 'it ends in its header');
  const { autoOrient } = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => refuseUnreadable(path, error));
  return { width: autoOrient.width, height: autoOrient.height };
}

/** `readImage` for bytes in memory; `name` is what error messages call them. */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<Image> {
  return toEightBit((await decodePicture(bytes, name)).image);
}

/** `readPicture` for bytes in memory; `name` is what error messages call them. */
export async function decodePicture(bytes: Uint8Array, name: string): Promise<Picture> {
  if (bytes.length === 0) throw new UserError(`image ${name} is empty; expected a file of ${IMAGE_FORMATS}`);
  const foreign = foreignFile(bytes) ?? (isZip(bytes) ? 'a zip archive: unpack it first' : null);
  if (foreign !== null) throw new UserError(`image ${name} is ${foreign}; expected ${IMAGE_FORMATS}`);
  return isBmp(bytes) ? bmpPicture(bytes, name) : sharpPicture(bytes, name);
}

async function sharpPicture(bytes: Uint8Array, name: string): Promise<Picture> {
  const meta = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => refuseUnreadable(name, error));
  const pages = meta.pages ?? (isAnimatedPng(bytes) ? 'several' : 1);
  if (!SHARP_FORMATS.includes(meta.format)) throw new UserError(`image ${name} is ${meta.format}; expected ${IMAGE_FORMATS}`);
  if (pages !== 1) throw new UserError(`image ${name} has ${pages} pages; expected one image`);
  requireDecodable(name, meta);
  const cmyk = meta.space === 'cmyk';
  const grey = meta.space === 'b-w' || meta.space === 'grey16';
  if (!grey && !cmyk && meta.space !== 'srgb' && meta.space !== 'rgb16')
    throw new UserError(`image ${name} has the colour space ${meta.space}; expected grey, RGB or CMYK`);
  if (meta.depth !== 'uchar' && meta.depth !== 'ushort')
    throw new UserError(`image ${name} has values of type ${meta.depth}; expected 8 or 16 bits`);
  const wide = meta.depth === 'ushort' && !cmyk;
  // Naming the output space keeps grey at one channel and 16 bits unshifted.
  // Of grey with alpha sharp would return grey alone, so it passes through RGB, three times the same value.
  const tripled = grey && !wide && meta.hasAlpha;
  const space = wide ? (grey ? 'grey16' : 'rgb16') : grey && !tripled ? 'b-w' : 'srgb';
  // 'error' and not 'warning': a PNG with an odd colour profile is a warning, and the profile is ignored anyway.
  const { data, info } = await sharp(bytes, { failOn: 'error', ignoreIcc: !cmyk, limitInputPixels: MAX_PIXELS })
    .autoOrient()
    .toColourspace(space)
    .raw({ depth: wide ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => refuseUnreadable(name, error));
  const values = wide ? wideValues(data) : new Uint8Array(data.buffer, data.byteOffset, data.length);
  const { image, alpha } = splitAlpha(values, info.width, info.height, info.channels, grey ? 1 : 3);
  const profile = meta.icc !== undefined && !cmyk ? meta.icc : null;
  const changes: readonly (readonly [ImageChange, boolean])[] = [
    ['rotated', (meta.orientation ?? 1) > 1],
    ['alpha', alpha !== null],
    ['depth', wide],
    ['profile', profile !== null && !isStandard(profile)],
    ['cmyk', cmyk],
  ];
  return { image, alpha, profile, changes: changes.filter(([, met]) => met).map(([change]) => change) };
}

function bmpPicture(bytes: Uint8Array, name: string): Picture {
  requireDecodable(name, bmpSize(bytes));
  try {
    const { width, height, data } = decodeBmp(bytes);
    const { image, alpha } = splitAlpha(new Uint8Array(data.buffer, data.byteOffset, data.length), width, height, 4, 3);
    if (alpha === null || !bmpHasAlpha(bytes)) return { image, alpha: null, profile: null, changes: [] };
    return { image, alpha, profile: null, changes: ['alpha'] };
  } catch (error) {
    return refuseUnreadable(name, error);
  }
}

/** The first `kept` channels of pixels, and their last one, which is alpha, if there are more. */
function splitAlpha<V extends Values>(
  data: V,
  width: number,
  height: number,
  channels: number,
  kept: 1 | 3,
): { readonly image: Image<V>; readonly alpha: Image<V> | null } {
  if (channels === kept) return { image: { width, height, channels: kept, data }, alpha: null };
  const pixels = width * height;
  const colours = emptyLike(data, pixels * kept);
  const opacity = emptyLike(data, pixels);
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < kept; c++) colours[i * kept + c] = data[i * channels + c] as number;
    opacity[i] = data[i * channels + channels - 1] as number;
  }
  const white = peak(data);
  const opaque = opacity.every((value) => value === white);
  return { image: { width, height, channels: kept, data: colours }, alpha: opaque ? null : { width, height, channels: 1, data: opacity } };
}

function wideValues(data: Buffer): Uint16Array {
  // Buffers come from a pool, where they may begin at an odd byte.
  return new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.length));
}

async function bytesOf(path: string): Promise<Uint8Array> {
  await requireFile('read', path);
  return readFile(path).catch((error: unknown) => {
    throw fileError('read image', path, error);
  });
}

/** Whether a PNG holds an animation, which says so before its pixels. libvips would read its first image alone. */
function isAnimatedPng(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 2 ** 16)).toString('latin1');
  const control = start.indexOf('acTL');
  return start.startsWith('\x89PNG') && control > 0 && control < start.indexOf('IDAT');
}

/** Throws UserError for an image that is larger by its header than anything that is decoded. */
function requireDecodable(name: string, size: Size | null): void {
  if (size !== null && size.width * size.height > MAX_PIXELS)
    throw new UserError(
      `image ${name} is ${size.width}x${size.height} by its header; expected at most ${Math.floor(MAX_PIXELS / 1e6)} million pixels`,
    );
}

function refuseUnreadable(name: string, error: unknown): never {
  const detail = error instanceof Error ? (error.message.split('\n')[0] as string).trim() : String(error);
  throw new UserError(`image ${name} cannot be decoded, it may be damaged or truncated; expected a complete ${IMAGE_FORMATS} (${detail})`, {
    cause: error,
  });
}
