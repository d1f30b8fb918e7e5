import { extname } from 'node:path';
import sharp from 'sharp';
import { UserError } from '@distillery/tensor';
import { jpegWithProfile, pngWithProfile, tiffWithProfile } from './colour-profile';
import { emptyLike, isWide, type Values } from './depth';
import { writeFileAtomic } from './files';
import { toEightBit, type Image } from './image';
import type { Picture } from './picture';

/** How a format is written, and whether it holds 16 bits and alpha. */
interface Format {
  readonly lossless: boolean;
  encode(pipeline: sharp.Sharp): sharp.Sharp;
  withProfile(file: Uint8Array, profile: Uint8Array): Buffer;
}

const PNG: Format = { lossless: true, encode: (pipeline) => pipeline.png(), withProfile: pngWithProfile };
const TIFF: Format = { lossless: true, encode: (pipeline) => pipeline.tiff({ compression: 'lzw' }), withProfile: tiffWithProfile };
const JPEG: Format = {
  lossless: false,
  encode: (pipeline) => pipeline.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }),
  withProfile: jpegWithProfile,
};

/** By extension, in lower case. */
const FORMATS: Readonly<Record<string, Format>> = { '.png': PNG, '.tif': TIFF, '.tiff': TIFF, '.jpg': JPEG, '.jpeg': JPEG };

/** The image as a PNG file, grey or RGB, lossless. */
export async function encodePng(image: Image<Values>): Promise<Buffer> {
  return pipeline(image, null).png().toBuffer();
}

/**
 * Writes a PNG or TIFF (lossless, in as many bits as the image has) or, by extension, a JPEG (8 bits, quality 95, no chroma subsampling), all or nothing.
 * Throws UserError for another extension or a place that cannot be written.
 */
export async function writeImage(path: string, image: Image<Values>): Promise<void> {
  await writePicture(path, { image, alpha: null, profile: null });
}

/** `writeImage` with the profile and, but in a JPEG, the alpha. Throws Error if the alpha is not of the image's size. */
export async function writePicture(path: string, { image, alpha, profile }: Omit<Picture, 'changes'>): Promise<void> {
  const { lossless, encode, withProfile } = formatOf(path);
  const file = await encode(lossless ? pipeline(image, alpha) : pipeline(toEightBit(image), null)).toBuffer();
  await writeFileAtomic(path, profile ? withProfile(file, profile) : file);
}

/** Throws UserError unless an image can be written under that name. */
export function requireWrittenName(path: string): void {
  formatOf(path);
}

/** Whether an image file of that name holds every value as it is, 16 bits and alpha: PNG and TIFF do, JPEG does not. */
export function isLossless(path: string): boolean {
  return formatOf(path).lossless;
}

function formatOf(path: string): Format {
  const format = FORMATS[extname(path).toLowerCase()];
  if (!format) throw new UserError(`cannot write image ${path}: expected a name ending in .png, .tif or .jpg`);
  return format;
}

function pipeline(image: Image<Values>, alpha: Image<Values> | null): sharp.Sharp {
  const { width, height, channels } = image;
  const data = alpha ? interleaved(image, alpha) : image.data;
  const space = isWide(data) ? (channels === 1 ? 'grey16' : 'rgb16') : channels === 1 ? 'b-w' : 'srgb';
  return sharp(data, { raw: { width, height, channels: alpha ? ((channels + 1) as 2 | 4) : channels } }).toColourspace(space);
}

function interleaved({ width, height, channels, data }: Image<Values>, alpha: Image<Values>): Values {
  if (alpha.width !== width || alpha.height !== height)
    throw new Error(`alpha of ${alpha.width}x${alpha.height}: expected ${width}x${height}`);
  const both = emptyLike(data, width * height * (channels + 1));
  for (let i = 0, o = 0; i < width * height; i++) {
    for (let c = 0; c < channels; c++) both[o++] = data[i * channels + c] as number;
    both[o++] = alpha.data[i] as number;
  }
  return both;
}
