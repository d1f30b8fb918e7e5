import { UserError } from '@distillery/tensor';
import { digestLines, type Dataset, type DatasetItem } from './dataset';
import { crop } from './image';

/** Crops start at multiples of this many HR pixels, so that at scales 2, 3, 4, 6 and 8 they start at whole LR pixels. */
const GRID = 24;

/**
 * The square of `side` HR pixels in the middle of each image (its corner rounded down to a multiple of 24), and the part of the image's LR that shows the
 * same: the LR of the whole image cropped, not made anew. All images of the result have one size. Cut once and kept, the whole images are not.
 * Throws UserError for an image that is smaller, for a scale that 24 and `side` are not multiples of, and as reading the images does.
 */
export async function centreCrops(dataset: Dataset, side: number, scale: number): Promise<Dataset> {
  if (GRID % scale !== 0 || side % scale !== 0)
    throw new UserError(`scale ${scale}: expected one that ${GRID} and ${side} are multiples of`);
  const items: DatasetItem[] = [];
  for (const item of dataset.items) {
    const whole = await item.hr();
    if (Math.min(whole.width, whole.height) < side)
      throw new UserError(`image ${item.name} of ${dataset.name} is ${whole.width}x${whole.height}; expected at least ${side}x${side}`);
    const [x, y] = [whole.width, whole.height].map((length) => GRID * Math.floor((length - side) / 2 / GRID)) as [number, number];
    const hr = crop(whole, x, y, side, side);
    const lr = crop(await item.lr(scale), x / scale, y / scale, side / scale, side / scale);
    items.push({ name: item.name, hr: async () => hr, lr: async (asked) => lrAt(asked, scale, lr) });
  }
  return { ...dataset, items, hash: digestLines([`centre crops 1 ${dataset.hash}`, `side ${side}`, `scale ${scale}`]) };
}

function lrAt<T>(asked: number, scale: number, lr: T): T {
  if (asked !== scale) throw new UserError(`scale ${asked}: expected ${scale}, for which the crops were cut`);
  return lr;
}
