import { resolve } from 'node:path';
import { crop, cropToMultiple, readImage, resizeBicubic, toRgb, type Dataset, type Image } from '@distillery/data';
import { UserError } from '@distillery/tensor';
import { projectRoot } from './session';

/** An image at both resolutions, and the bicubic enlargement that every network has to beat. RGB, 8 bit. */
export interface Example {
  readonly name: string;
  readonly lr: Image;
  readonly hr: Image;
  readonly bicubic: Image;
}

/** Of a larger image of the reader's own the middle is taken, so that a photograph does not take minutes. */
const LARGEST_SIDE = 384;

/** So many of a data set's images are read to find the smallest. */
const LOOKED_AT = 8;

/**
 * The image that a notebook looks at: that at the path `image`, seen from `projectRoot`, or if it is null the smallest of the data set's first ones, since a page holds it many times. LR of one's own image is made by
 * MATLAB's bicubic, as the training pairs are. Throws UserError for a file that is not there or no image, and for one smaller than 24 `scale` pixels.
 */
export async function exampleOf(dataset: Dataset, scale: number, image: string | null = null): Promise<Example> {
  const { name, hr, lr } = image === null ? await smallestOf(dataset, scale) : await ownImage(image, scale);
  return { name, lr, hr, bicubic: resizeBicubic(lr, { width: hr.width, height: hr.height }, 'symmetric') };
}

async function smallestOf({ name, items }: Dataset, scale: number): Promise<Omit<Example, 'bicubic'>> {
  const looked = await Promise.all(items.slice(0, LOOKED_AT).map(async (item) => ({ item, hr: toRgb(await item.hr()) })));
  const [smallest] = looked.toSorted((a, b) => a.hr.width * a.hr.height - b.hr.width * b.hr.height);
  if (!smallest) throw new UserError(`dataset ${name} has no images`);
  const { item, hr } = smallest;
  return { name: item.name, lr: toRgb(await item.lr(scale)), hr: cropToMultiple(hr, scale) };
}

async function ownImage(path: string, scale: number): Promise<Omit<Example, 'bicubic'>> {
  const whole = toRgb(await readImage(resolve(projectRoot(), path)));
  const [width, height] = [whole.width, whole.height].map((side) => Math.min(side, LARGEST_SIDE)) as [number, number];
  const [x, y] = [Math.floor((whole.width - width) / 2), Math.floor((whole.height - height) / 2)];
  const hr = cropToMultiple(crop(whole, x, y, width, height), scale);
  const smallest = 24 * scale;
  if (Math.min(hr.width, hr.height) < smallest)
    throw new UserError(`image ${path} has ${whole.width}x${whole.height} pixels; expected at least ${smallest} on each side`);
  return { name: path, hr, lr: resizeBicubic(hr, { width: hr.width / scale, height: hr.height / scale }, 'symmetric') };
}
