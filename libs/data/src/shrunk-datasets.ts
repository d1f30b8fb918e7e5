import { UserError } from '@distillery/tensor';
import { digestLines, type Dataset, type DatasetItem } from './dataset';
import { crop, type Image } from './image';
import type { KnownDatasetName } from './known-datasets';
import { makeLr } from './resize';

/** What a shrunk set is made of. */
export interface ShrunkSource {
  readonly of: KnownDatasetName;
  readonly images: readonly string[];
  /** Only squares of this side are used. */
  readonly side?: number;
  /** So many rows and columns of them, evenly over the image; 1 if absent: the one in the middle. */
  readonly grid?: number;
}

/**
 * Sets of captured pairs whose LR image has the size of HR, brought to the shape of super-resolution: LR is the captured LR image shrunk by the scale
 * (MATLAB bicubic). Blur, noise and colour are thus those of a camera; what shrinking averages away of them is lost, so scores are comparable with
 * nothing but scores on the same set. `adapt`, `validate` and `test` share no scene. Of a `centre` set only the middle square of each capture is used; a `validate`
 * set is small squares, since training is watched on the middles of many small images: of one capture, or one of each of many. Of all
 * of City100 the middles of 30 scenes are tested on: scenes differ more than the parts of one.
 */
export const SHRUNK_DATASETS = {
  'City100-NikonD5500-shrunk-adapt': { of: 'City100-NikonD5500', images: ['018', '020'] },
  'City100-NikonD5500-shrunk-validate': { of: 'City100-NikonD5500', images: ['067'], side: 96, grid: 4 },
  'City100-NikonD5500-shrunk-test': { of: 'City100-NikonD5500', images: ['082', '088'] },
  'City100-NikonD5500-shrunk-test-centre': { of: 'City100-NikonD5500', images: ['082', '088'], side: 320 },
  'City100-iPhoneX-shrunk-adapt': { of: 'City100-iPhoneX', images: ['002'] },
  'City100-iPhoneX-shrunk-validate': { of: 'City100-iPhoneX', images: ['018'], side: 96, grid: 4 },
  'City100-iPhoneX-shrunk-test': { of: 'City100-iPhoneX', images: ['020', '082'] },
  'City100-iPhoneX-shrunk-test-centre': { of: 'City100-iPhoneX', images: ['020', '082'], side: 320 },
  'City100-NikonD5500-all-shrunk-adapt': { of: 'City100-NikonD5500-all', images: scenes(1, 54) },
  'City100-NikonD5500-all-shrunk-validate': { of: 'City100-NikonD5500-all', images: scenes(55, 70), side: 96 },
  'City100-NikonD5500-all-shrunk-test': { of: 'City100-NikonD5500-all', images: scenes(71, 100), side: 480 },
  'City100-NikonD5500-all-shrunk-test-centre': { of: 'City100-NikonD5500-all', images: scenes(71, 100), side: 320 },
  'City100-iPhoneX-all-shrunk-adapt': { of: 'City100-iPhoneX-all', images: scenes(1, 54) },
  'City100-iPhoneX-all-shrunk-validate': { of: 'City100-iPhoneX-all', images: scenes(55, 70), side: 96 },
  'City100-iPhoneX-all-shrunk-test': { of: 'City100-iPhoneX-all', images: scenes(71, 100), side: 480 },
  'City100-iPhoneX-all-shrunk-test-centre': { of: 'City100-iPhoneX-all', images: scenes(71, 100), side: 320 },
  'RealSR-NTIRE2019-shrunk-validate': { of: 'RealSR-NTIRE2019-val-subset', images: ['cam1_02'], side: 96, grid: 4 },
  'RealSR-NTIRE2019-shrunk-test': { of: 'RealSR-NTIRE2019-val-subset', images: ['cam1_01', 'cam2_09'] },
  'RealSR-NTIRE2019-shrunk-test-centre': { of: 'RealSR-NTIRE2019-val-subset', images: ['cam1_01', 'cam2_09'], side: 320 },
} as const satisfies Record<string, ShrunkSource>;

/** Numbers of scenes of City100, which has 001 to 100. */
function scenes(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, i) => String(first + i).padStart(3, '0'));
}

export type ShrunkDatasetName = keyof typeof SHRUNK_DATASETS;

/** Whether `name` is a set of shrunk captures. */
export function isShrunk(name: string): name is ShrunkDatasetName {
  return Object.hasOwn(SHRUNK_DATASETS, name);
}

/** The images that a set is made of, or squares of them, with their LR shrunk. Throws UserError for an image that is not there, or if HR and LR differ in size. */
export async function shrunkDataset(name: string, captured: Dataset, { images, side, grid }: ShrunkSource): Promise<Dataset> {
  const items: DatasetItem[] = [];
  for (const image of images) {
    const item = captured.items.find((candidate) => candidate.name === image);
    if (!item) throw new UserError(`dataset ${name} needs image ${image} of ${captured.name}, which is not there`);
    items.push(...(grid === undefined ? [shrunkItem(item, middle(side))] : squaresOf(item, side as number, grid)));
  }
  return {
    ...captured,
    name,
    items,
    lrOrigin: undefined,
    hash: digestLines([
      `shrunk 1 ${captured.hash}`,
      ...images,
      ...(side === undefined ? [] : [`side ${side}`]),
      ...(grid === undefined ? [] : [`grid ${grid}`]),
    ]),
  };
}

type Cut = (image: Image) => Image;

/** Squares of `side` pixels in `grid` rows and columns, each in the middle of its part of the image. */
function squaresOf(item: DatasetItem, side: number, grid: number): DatasetItem[] {
  return Array.from({ length: grid * grid }, (_, i) => {
    const [row, column] = [Math.floor(i / grid), i % grid];
    const start = (length: number, part: number): number => Math.floor(((part + 0.5) * length) / grid - side / 2);
    const cut: Cut = (image) => crop(image, start(image.width, column), start(image.height, row), side, side);
    return shrunkItem({ ...item, name: `${item.name}-${row}-${column}` }, cut);
  });
}

function shrunkItem(item: DatasetItem, cut: Cut): DatasetItem {
  return {
    name: item.name,
    hr: async () => cut(await item.hr()),
    // At scale 1 the stored LR must have HR's size, which the item checks.
    lr: async (scale) => makeLr(cut(await item.lr(1)), scale),
  };
}

/** The square in the middle; all of an image for no side. */
function middle(side: number | undefined): Cut {
  if (side === undefined) return (image) => image;
  return (image) => crop(image, Math.floor((image.width - side) / 2), Math.floor((image.height - side) / 2), side, side);
}
