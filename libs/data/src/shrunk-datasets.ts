import { UserError } from '@distillery/tensor';
import { digestLines, type Dataset, type DatasetItem } from './dataset';
import { crop, type Image } from './image';
import type { KnownDatasetName } from './known-datasets';
import { makeLr } from './resize';

/** What a shrunk set is made of. */
export interface ShrunkSource {
  readonly of: KnownDatasetName;
  readonly images: readonly string[];
  readonly side?: number;
}

/**
 * Sets of captured pairs whose LR image has the size of HR, brought to the shape of super-resolution: LR is the captured LR image shrunk by the scale
 * (MATLAB bicubic). Blur, noise and colour are thus those of a camera; what shrinking averages away of them is lost, so scores are comparable with
 * nothing but scores on the same set. `adapt` and `test` share no scene; of a `centre` set only the middle square of `side` pixels of each capture is used.
 */
export const SHRUNK_DATASETS = {
  'City100-NikonD5500-shrunk-adapt': { of: 'City100-NikonD5500', images: ['018', '020', '067'] },
  'City100-NikonD5500-shrunk-test': { of: 'City100-NikonD5500', images: ['082', '088'] },
  'City100-NikonD5500-shrunk-test-centre': { of: 'City100-NikonD5500', images: ['082', '088'], side: 320 },
  'City100-iPhoneX-shrunk-adapt': { of: 'City100-iPhoneX', images: ['002', '018'] },
  'City100-iPhoneX-shrunk-test': { of: 'City100-iPhoneX', images: ['020', '082'] },
  'City100-iPhoneX-shrunk-test-centre': { of: 'City100-iPhoneX', images: ['020', '082'], side: 320 },
  'RealSR-NTIRE2019-shrunk-test': { of: 'RealSR-NTIRE2019-val-subset', images: ['cam1_01', 'cam1_02', 'cam2_09'] },
  'RealSR-NTIRE2019-shrunk-test-centre': { of: 'RealSR-NTIRE2019-val-subset', images: ['cam1_01', 'cam1_02', 'cam2_09'], side: 320 },
} as const satisfies Record<string, ShrunkSource>;

export type ShrunkDatasetName = keyof typeof SHRUNK_DATASETS;

/** Whether `name` is a set of shrunk captures. */
export function isShrunk(name: string): name is ShrunkDatasetName {
  return Object.hasOwn(SHRUNK_DATASETS, name);
}

/** The named images of `captured`, or the middle squares of `side` pixels of them, with their LR shrunk. Throws UserError for an image that is not there, or if HR and LR differ in size. */
export function shrunkDataset(name: string, captured: Dataset, images: readonly string[], side?: number): Dataset {
  const items = images.map((image): DatasetItem => {
    const item = captured.items.find((candidate) => candidate.name === image);
    if (!item) throw new UserError(`dataset ${name} needs image ${image} of ${captured.name}, which is not there`);
    return shrunkItem(item, side);
  });
  return {
    ...captured,
    name,
    items,
    hash: digestLines([`shrunk 1 ${captured.hash}`, ...images, ...(side === undefined ? [] : [`side ${side}`])]),
  };
}

function shrunkItem(item: DatasetItem, side: number | undefined): DatasetItem {
  const kept = new Map<number, Image>();
  return {
    name: item.name,
    hr: async () => middle(await item.hr(), side),
    async lr(scale) {
      // At scale 1 the stored LR must have HR's size, which the item checks.
      const lr = kept.get(scale) ?? makeLr(middle(await item.lr(1), side), scale);
      kept.set(scale, lr);
      return lr;
    },
  };
}

/** The square in the middle; all of an image for no side. */
function middle(image: Image, side: number | undefined): Image {
  if (side === undefined) return image;
  return crop(image, Math.floor((image.width - side) / 2), Math.floor((image.height - side) / 2), side, side);
}
