import type { Values } from './depth';
import type { Image } from './image';

/** What was done to an image on reading, or left out, so that it is an `Image` of 8 bits: the rule of `readImage`, in the order in which it is told. */
export const IMAGE_CHANGES = {
  rotated: 'turned upright, as the EXIF orientation says',
  alpha: 'alpha apart from the pixels, which are not composited with it',
  depth: '16 bits per value rounded to 8',
  profile: 'a colour profile other than sRGB, which is not applied: values are taken as they are stored',
  cmyk: 'CMYK converted to sRGB, by the profile in the file if there is one',
} as const;

export type ImageChange = keyof typeof IMAGE_CHANGES;

/** An image file: its pixels, and what belongs to them but is not measured. */
export interface Picture {
  readonly image: Image<Values>;
  /** Opacity, one channel; null if every pixel is opaque. */
  readonly alpha: Image<Values> | null;
  /** The ICC profile of the pixels as they are here; null if the file has none. */
  readonly profile: Uint8Array | null;
  readonly changes: readonly ImageChange[];
}

/** Names of what was changed, by change. */
export type ChangedImages = Map<ImageChange, string[]>;

/** One line per kind of change: how many images it met, which, and what was done. */
export function describeChanges(changed: ReadonlyMap<ImageChange, readonly string[]>): string[] {
  return (Object.keys(IMAGE_CHANGES) as ImageChange[]).flatMap((change) => {
    const names = changed.get(change);
    return names === undefined ? [] : [`${firstOf(names)}: ${IMAGE_CHANGES[change]}`];
  });
}

/** The first few of some names, with the number of the others: `a, b, c and 4 more`. */
export function firstOf(names: readonly string[], shown = 3): string {
  const rest = names.length - shown;
  return rest > 0 ? `${names.slice(0, shown).join(', ')} and ${rest} more` : names.join(', ');
}
