import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '@distillery/tensor';
import { fileError } from './files';
import { toEightBit, type Image, type Size } from './image';
import { readImage, readImageSize, readPicture } from './image-file';
import { firstOf, type ImageChange } from './picture';
import { makeLr, type Border } from './resize';

/** One image of a dataset. */
export interface DatasetItem {
  readonly name: string;
  /** The ground truth, whole (not cropped to a multiple of a scale). Throws UserError if the dataset has none. */
  hr(): Promise<Image>;
  /**
   * The low-resolution image: the stored one if there is one, else HR cropped to a multiple of `scale` and shrunk as MATLAB does, anew each
   * time, so that a pass over a large set takes no more memory than one image. Throws UserError if a stored one is not floor(HR size / scale), or HR is smaller than `scale`.
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
  /** What was left out of the files that were found, or changed on reading, a line each. */
  readonly notes?: readonly string[];
  /** Where the LR images of a scale come from, if they or HR are files. */
  readonly lrOrigin?: ((scale: number) => LrOrigin) | undefined;
}

/** Where the LR images of a dataset at a scale come from. */
export interface LrOrigin {
  /** Images whose LR is a file. */
  readonly stored: readonly string[];
  /** Images whose LR is made from HR. */
  readonly made: readonly string[];
  /** The folders of the files. */
  readonly folders: readonly string[];
  /** The border with which the others are made. */
  readonly border: Border;
}

/** The same in one line. */
export function describeLrOrigin({ stored, made, folders, border }: LrOrigin, scale: number): string {
  const how = `made from HR by MATLAB's bicubic (border ${border})`;
  const images = (names: readonly string[]): string => `${names.length} ${names.length === 1 ? 'image' : 'images'}`;
  const where = folders.join(', ');
  if (made.length === 0) return `LR x${scale}: of ${images(stored)}, stored in ${where}`;
  if (stored.length === 0) return `LR x${scale}: of ${images(made)}, ${how}; none is stored`;
  return `LR x${scale}: of ${images(stored)} stored in ${where}, but of ${images(made)} not and ${how}: ${firstOf(made)}`;
}

/** What a user has to know of a dataset before numbers from it mean anything, a line each: what was left out or changed of its files, and where its LR come from. */
export function describeDataset({ name, notes = [], lrOrigin }: Pick<Dataset, 'name' | 'notes' | 'lrOrigin'>, scale: number): string[] {
  return [...notes, ...(lrOrigin ? [describeLrOrigin(lrOrigin(scale), scale)] : [])].map((line) => `${name}: ${line}`);
}

/** Where the LR images of `sources` come from at a scale. */
export function originOf(sources: readonly ItemSource[], border: Border, scale: number): LrOrigin {
  const file = (source: ItemSource): string | null => source.stored.get(scale) ?? source.anyScale;
  const names = (has: boolean): string[] => sources.filter((source) => (file(source) !== null) === has).map(({ name }) => name);
  const folders = new Set(sources.flatMap((source) => file(source) ?? []).map(dirname));
  return { stored: names(true), made: names(false), folders: [...folders], border };
}

/** Where an item's images come from: `stored` maps a scale to an LR image; `anyScale` serves every scale. */
export interface ItemSource {
  readonly name: string;
  readonly hr: string | null;
  readonly stored: ReadonlyMap<number, string>;
  readonly anyScale: string | null;
}

/** An item whose images are files. */
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
  return async (scale) => {
    const image = await hr();
    if (Math.min(image.width, image.height) < scale) {
      throw new UserError(`image ${name} is ${image.width}x${image.height}; expected at least ${scale}x${scale} for scale ${scale}`);
    }
    return makeLr(image, scale, border);
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

/** A file's pixels as a digest, and what reading changed of it. */
export interface FileDigest {
  readonly digest: string;
  readonly changes: readonly ImageChange[];
}

/** Decoding a large dataset takes minutes, so an unchanged file is digested once per process. */
const fileDigests = new Map<string, FileDigest>();

/** `imageDigest` of an image file, with what reading it changed. Throws UserError if it cannot be read. */
export async function fileDigest(path: string): Promise<FileDigest> {
  const { mtimeMs, size } = await stat(path).catch((error: unknown) => {
    throw fileError('read image', path, error);
  });
  const key = `${path}\n${mtimeMs}\n${size}`;
  const known = fileDigests.get(key);
  if (known !== undefined) return known;
  const { image, changes } = await readPicture(path);
  const digest = { digest: imageDigest(toEightBit(image)), changes };
  fileDigests.set(key, digest);
  return digest;
}
