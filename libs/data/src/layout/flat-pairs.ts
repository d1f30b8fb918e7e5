import { parse } from 'node:path';
import { UserError } from '@distillery/tensor';
import { firstOf } from '../picture';
import { hrBase, matchLrName, saysLr, statedScale } from './names';
import { shrunkBy } from './shrunk-by';
import type { LrImage } from './stored-lr';

/** HR and LR images that lie in one folder. */
export interface FlatPairs {
  readonly hr: ReadonlyMap<string, string>;
  readonly lr: readonly LrImage[];
  /** Files that are neither, where names say HR: other methods' results, mostly. */
  readonly others: readonly string[];
}

/**
 * Tells LR from HR images of one folder by their names: `baby_HR` and `baby_LR`, `HR_0801` and `LR_0801`, `img_001_SRF_2_HR` and `img_001_SRF_2_LR`, `0801` and `0801x2`. Where a
 * name alone could mean something else (`0801x2`), the image's size must be that of the other shrunk by the factor. A folder without such pairs is all HR.
 */
export async function flatPairs(images: ReadonlyMap<string, string>): Promise<FlatPairs> {
  const bases = new Map<string, string>();
  for (const stem of images.keys()) {
    const base = hrBase(stem);
    if (base !== null) bases.set(base, stem);
  }
  const owners = new Map([...bases, ...[...images.keys()].map((stem) => [stem, stem] as const)]);
  const lr: LrImage[] = [];
  const lrStems = new Map<string, string>();
  for (const [stem, path] of images) {
    // The name without its last letter cannot be found as itself.
    const match = hrBase(stem) === null ? matchLrName(stem, without(owners, stem)) : null;
    if (match === null || match.affix === '') continue;
    const owner = images.get(match.name) as string;
    const certain = saysLr(match.affix) && hrBase(match.name) !== null;
    const scale = statedScale(match.affix);
    if (!certain && (await shrunkBy(owner, path, scale === null ? undefined : [scale])) === null) continue;
    lrStems.set(stem, match.name);
    lr.push({ name: match.name, path, scale, kind: '' });
  }
  if (lr.length === 0) return { hr: images, lr: [], others: [] };
  const named = bases.size > 0 && [...lrStems.values()].some((owner) => hrBase(owner) !== null);
  const kept = [...images].filter(([stem]) => !lrStems.has(stem) && (!named || hrBase(stem) !== null));
  const nameOf = (stem: string): string => (named ? (hrBase(stem) as string) : stem);
  const hr = new Map(kept.map(([stem, path]) => [nameOf(stem), path]));
  if (hr.size < kept.length) throw new UserError(`two HR images of one name among ${firstOf(kept.map(([stem]) => stem))}; expected one`);
  return {
    hr,
    lr: lr.map((image) => ({ ...image, name: nameOf(image.name) })),
    others: [...images].filter(([stem]) => !lrStems.has(stem) && named && hrBase(stem) === null).map(([, path]) => parse(path).base),
  };
}

function without(known: ReadonlyMap<string, string>, stem: string): ReadonlyMap<string, string> {
  const others = new Map(known);
  others.delete(stem);
  return others;
}
