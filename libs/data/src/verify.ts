import { UserError } from '@distillery/tensor';
import type { ItemSource } from './dataset';
import type { Image } from './image';
import { readImage } from './image-file';
import { KNOWN_DATASETS, type KnownDataset } from './known-datasets';
import { knownSources } from './open-dataset';
import { makeLr, type Border } from './resize';

/** What was found of one dataset. */
export interface DatasetCheck {
  readonly name: string;
  /** Images found and images of the complete dataset. */
  readonly images: number;
  readonly expected: number;
  /** Stored LR images that were compared with ours, bit for bit. */
  readonly comparedLr: number;
  /** One line per missing, unreadable or deviating image; empty if all is well. */
  readonly problems: readonly string[];
}

/**
 * Checks every known dataset that is in `dataDir`: the number of images, that each can be decoded, and that stored bicubic LR images
 * equal HR shrunk by `makeLr` bit for bit. `onDataset` is told each name before its check.
 */
export async function verifyData(dataDir: string, onDataset: (name: string) => void = () => undefined): Promise<DatasetCheck[]> {
  const checks: DatasetCheck[] = [];
  for (const [name, dataset] of Object.entries<KnownDataset>(KNOWN_DATASETS)) {
    const sources = knownSources(dataset, dataDir, true);
    if (sources.length === 0) continue;
    onDataset(name);
    checks.push(await checkDataset(name, dataset, sources));
  }
  return checks;
}

async function checkDataset(name: string, dataset: KnownDataset, sources: readonly ItemSource[]): Promise<DatasetCheck> {
  const problems: string[] = [];
  if (sources.length !== dataset.images) problems.push(`${sources.length} images; expected ${dataset.images}`);
  let comparedLr = 0;
  for (const source of sources) {
    try {
      comparedLr += await checkItem(source, dataset.border, problems);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(error.message);
    }
  }
  return { name, images: sources.length, expected: dataset.images, comparedLr, problems };
}

/** Decodes all images of an item and compares its stored LR; returns how many were compared. */
async function checkItem(source: ItemSource, border: Border, problems: string[]): Promise<number> {
  if (source.anyScale !== null) await readImage(source.anyScale);
  if (source.hr === null) return 0;
  const hr = await readImage(source.hr);
  for (const [scale, path] of source.stored) {
    const problem = compare(await readImage(path), makeLr(hr, scale, border));
    if (problem !== null) problems.push(`LR image ${path} ${problem}`);
  }
  return source.stored.size;
}

function compare(stored: Image, made: Image): string | null {
  if (stored.width !== made.width || stored.height !== made.height || stored.channels !== made.channels) {
    return `is ${stored.width}x${stored.height}x${stored.channels}; expected ${made.width}x${made.height}x${made.channels}`;
  }
  let different = 0;
  for (let i = 0; i < made.data.length; i++) if (stored.data[i] !== made.data[i]) different++;
  return different === 0 ? null : `differs from our bicubic in ${different} of ${made.data.length} values`;
}
