import { firstOf } from '@distillery/data';
import { UserError } from '@distillery/tensor';

/** An SR image and the HR image that it is measured against. */
export interface ImagePair {
  readonly name: string;
  readonly srPath: string;
  readonly hrPath: string;
}

/** Images by name without extension. */
interface ImageFolder {
  readonly folder: string;
  readonly images: ReadonlyMap<string, string>;
}

/** What methods put behind an image's name: a word after a separator, or a factor (`baby_x4_SR`, `baby-EDSR`, `babyx4`). */
const SUFFIX = /^(?:[_-].+|x\d.*|SR.*|\(.*|\..+)$/i;

/** What says of a file that it is the original. */
const HR_SUFFIX = /[_-](?:HR|GT|original)(?:[_-]?x\d)?$/i;

/**
 * Pairs every SR image with the HR image of its name. Names may carry suffixes: the SR image belongs to the HR image with the longest name that its own begins
 * with. Throws UserError that names the images without a partner, or two SR images that would belong to one HR image.
 */
export function pairImages(sr: ImageFolder, hr: ImageFolder): ImagePair[] {
  const partners = new Map<string, string[]>();
  const lone: string[] = [];
  for (const name of sr.images.keys()) {
    const partner = partnerOf(name, [...hr.images.keys()]);
    if (partner === null) lone.push(name);
    else partners.set(partner, [...(partners.get(partner) ?? []), name]);
  }
  lone.push(...[...hr.images.keys()].filter((name) => !partners.has(name)));
  if (lone.length > 0)
    throw new UserError(
      `${sr.folder} and ${hr.folder}: expected the same image names, but for suffixes; without partner: ${firstOf(lone.sort(), 10)}`,
    );
  return [...hr.images].map(([name, hrPath]) => {
    const [own, ...others] = partners.get(name) as [string, ...string[]];
    if (others.length > 0)
      throw new UserError(`${sr.folder}: several images for ${name} of ${hr.folder} (${firstOf([own, ...others])}); expected one`);
    return { name, srPath: sr.images.get(own) as string, hrPath };
  });
}

function partnerOf(sr: string, hrNames: readonly string[]): string | null {
  const bases = hrNames.flatMap((name) => [...new Set([name, name.replace(HR_SUFFIX, '')])].map((base) => ({ name, base })));
  const fitting = bases.filter(({ base }) => sr === base || (sr.startsWith(base) && SUFFIX.test(sr.slice(base.length))));
  const longest = fitting.reduce<(typeof fitting)[number] | null>(
    (best, one) => (best === null || one.base.length > best.base.length ? one : best),
    null,
  );
  return longest?.name ?? null;
}
