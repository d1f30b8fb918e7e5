import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { UserError } from '@distillery/tensor';
import { fileError } from './files';
import type { Image, Size } from './image';
import { readImage, readImageSize } from './image-file';
import { makeLr, type Border } from './resize';

/** One image of a dataset. */
export interface DatasetItem {
  readonly name: string;
  /** The ground truth, whole (not cropped to a multiple of a scale). Throws UserError if the dataset has none. */
  hr(): Promise<Image>;
  /**
   * The low-resolution image: the stored one if there is one, else HR cropped to a multiple of `scale` and shrunk as MATLAB does,
   * kept in memory. Throws UserError if a stored one is not floor(HR size / scale), or HR is smaller than `scale`.
   */
  lr(scale: number): Promise<Image>;
}

/** A named sequence of images, in the order of their names. */
export interface Dataset {
  readonly name: string;
  readonly items: readonly DatasetItem[];
  /** sha256 (hex) over names, decoded pixels (HR and stored LR) and the border convention of the LR that are made. */
  readonly hash: string;
  /** Whether these are the built-in synthetic images. */
  readonly procedural: boolean;
  /** Whether `hr` exists: false for real photographs without a reference. */
  readonly groundTruth: boolean;
}

/** Where an item's images come from: `stored` maps a scale to an LR image; `anyScale` serves every scale. */
export interface ItemSource {
  readonly name: string;
  readonly hr: string | null;
  readonly stored: ReadonlyMap<number, string>;
  readonly anyScale: string | null;
}

/** An item whose images are files. Made LR images are kept in memory. */
export function fileItem(source: ItemSource, border: Border): DatasetItem {
  const hr = async (): Promise<Image> => {
    if (source.hr === null) throw new UserError(`image ${source.name} has no ground truth; expected a dataset with HR images`);
    return readImage(source.hr);
  };
  const made = lrMaker(hr, source.name, border);
  return {
    name: source.name,
    hr,
    lr: async (scale) => {
      const path = source.stored.get(scale) ?? source.anyScale;
      if (path === null) return made(scale);
      const lr = await readImage(path);
      if (source.hr !== null) checkLrSize(path, lr, await readImageSize(source.hr), scale);
      return lr;
    },
  };
}

/** An item whose HR image is in memory. */
export function memoryItem(name: string, image: Image, border: Border): DatasetItem {
  const hr = async (): Promise<Image> => image;
  return { name, hr, lr: lrMaker(hr, name, border) };
}

function lrMaker(hr: () => Promise<Image>, name: string, border: Border): (scale: number) => Promise<Image> {
  const kept = new Map<number, Image>();
  return async (scale) => {
    const known = kept.get(scale);
    if (known !== undefined) return known;
    const image = await hr();
    if (Math.min(image.width, image.height) < scale) {
      throw new UserError(`image ${name} is ${image.width}x${image.height}; expected at least ${scale}x${scale} for scale ${scale}`);
    }
    const lr = makeLr(image, scale, border);
    kept.set(scale, lr);
    return lr;
  };
}

function checkLrSize(path: string, lr: Image, hr: Size, scale: number): void {
  const [width, height] = [Math.floor(hr.width / scale), Math.floor(hr.height / scale)];
  if (lr.width === width && lr.height === height) return;
  throw new UserError(
    `LR image ${path} is ${lr.width}x${lr.height}; expected ${width}x${height} for scale ${scale} (its HR image is ${hr.width}x${hr.height})`,
  );
}

/** sha256 over the size, channels and pixels of an image. */
export function imageDigest(image: Image): string {
  return createHash('sha256').update(`${image.width}x${image.height}x${image.channels}\n`).update(image.data).digest('hex');
}

/** sha256 over `label digest` lines; the order counts. */
export function digestLines(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

/** Decoding a large dataset takes minutes, so an unchanged file is digested once per process. */
const fileDigests = new Map<string, string>();

/** `imageDigest` of an image file. Throws UserError if it cannot be read. */
export async function fileDigest(path: string): Promise<string> {
  const { mtimeMs, size } = await stat(path).catch((error: unknown) => {
    throw fileError('read image', path, error);
  });
  const key = `${path}\n${mtimeMs}\n${size}`;
  const known = fileDigests.get(key);
  if (known !== undefined) return known;
  const digest = imageDigest(await readImage(path));
  fileDigests.set(key, digest);
  return digest;
}
