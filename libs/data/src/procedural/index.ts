import { seedRng, type Rng } from '@distillery/tensor';
import { digestLines, imageDigest, memoryItem, type Dataset, type DatasetItem } from '../dataset';
import { camera } from '../degradations/camera';
import { fromImage, toImage } from '../degradations/image';
import { cropToMultiple, type Image } from '../image';
import type { Border } from '../resize';
import { expose, newCanvas } from './canvas';
import { SCENES } from './scenes';

/** The built-in synthetic datasets. Sizes are multiples of 12, so that no scale from x2 to x4 crops them. */
export const PROCEDURAL_DATASETS = {
  procedural: { role: 'train', images: 24, width: 120, height: 120, seed: 2021 },
  'procedural-validate': { role: 'validation', images: 6, width: 120, height: 120, seed: 3107 },
  'procedural-test': { role: 'benchmark', images: 6, width: 120, height: 96, seed: 4202 },
  'procedural-real': { role: 'real', images: 12, width: 120, height: 120, seed: 5077 },
  'procedural-real-test': { role: 'real', images: 6, width: 120, height: 96, seed: 7705 },
} as const;

/** The name of a built-in dataset. */
export type ProceduralName = keyof typeof PROCEDURAL_DATASETS;

/** Whether `name` is a built-in dataset. */
export function isProcedural(name: string): name is ProceduralName {
  return Object.hasOwn(PROCEDURAL_DATASETS, name);
}

const painted = new Map<ProceduralName, readonly Image[]>();

/**
 * The images of a built-in dataset: text, facades, lines, surfaces, shapes and thickets in colour, antialiased. Painted from a seed in
 * integer and exact IEEE arithmetic, so that every machine has the same bytes; once per process.
 */
export function proceduralImages(name: ProceduralName): readonly Image[] {
  const known = painted.get(name);
  if (known !== undefined) return known;
  const { images, width, height, seed } = PROCEDURAL_DATASETS[name];
  const made = Array.from({ length: images }, (_, i) => {
    const canvas = newCanvas(width, height);
    (SCENES[i % SCENES.length] as (typeof SCENES)[number])(canvas, seedRng(seed).split(`image ${i}`));
    return expose(canvas);
  });
  painted.set(name, made);
  return made;
}

/**
 * A built-in dataset. LR images are made with `border`; those of the `real` ones by a made-up camera instead, which stands in for a real one (seeded, the same
 * for every image).
 */
export function proceduralDataset(name: ProceduralName, border: Border): Dataset {
  const images = proceduralImages(name);
  const names = images.map((_, i) => String(i + 1).padStart(2, '0'));
  const { role, seed } = PROCEDURAL_DATASETS[name];
  const item = (image: Image, i: number): DatasetItem => {
    const itemName = names[i] as string;
    return role === 'real' ? cameraItem(itemName, image, seedRng(seed).split(`camera ${i}`)) : memoryItem(itemName, image, border);
  };
  return {
    name,
    items: images.map(item),
    hash: digestLines([
      role === 'real' ? 'camera 1' : `border ${border}`,
      ...images.map((image, i) => `${JSON.stringify(names[i])} hr ${imageDigest(image)}`),
    ]),
    procedural: true,
    groundTruth: true,
  };
}

/** An item whose LR images are what the made-up camera sees of HR. */
function cameraItem(name: string, image: Image, rng: Rng): DatasetItem {
  const kept = new Map<number, Image>();
  return {
    name,
    hr: async () => image,
    lr: async (scale) => {
      const lr = kept.get(scale) ?? toImage(camera(fromImage(cropToMultiple(image, scale)), scale, rng.split(`x${scale}`)));
      kept.set(scale, lr);
      return lr;
    },
  };
}
