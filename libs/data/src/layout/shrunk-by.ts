import { readImageSize } from '../image-file';
import { STORED_SCALES } from '../image-folder';

/** The scale by which an image is another one shrunk, by the sizes of the two (fractions of a pixel cut off); null if it is none of `scales`. */
export async function shrunkBy(
  hrPath: string,
  lrPath: string,
  scales: readonly number[] = STORED_SCALES.filter((scale) => scale > 1),
): Promise<number | null> {
  const [hr, lr] = await Promise.all([readImageSize(hrPath), readImageSize(lrPath)]);
  return scales.find((s) => lr.width === Math.floor(hr.width / s) && lr.height === Math.floor(hr.height / s)) ?? null;
}
