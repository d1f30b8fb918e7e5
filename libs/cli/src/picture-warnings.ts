import { basename } from 'node:path';
import { describeChanges, isLossless, type ImageChange, type Picture } from '@distillery/data';
import { warn } from './output';

/** What happens on writing to that which reading only set apart. */
function outcome(change: ImageChange, output: string): string {
  if (change === 'alpha') return isLossless(output) ? '; kept, enlarged or shrunk like a grey image' : '; left out, the format has none';
  return change === 'profile' ? '; kept in the file' : '';
}

/** Says what reading changed of an image and what becomes of it in `output`, a line each; each kind only once where `told` is kept from image to image. */
export function warnOfPicture(
  input: string,
  output: string,
  { alpha, changes }: Pick<Picture, 'alpha' | 'changes'>,
  told = new Set<ImageChange>(),
): void {
  for (const change of changes) {
    // Alpha that is opaque throughout is no alpha.
    if (told.has(change) || (change === 'alpha' && alpha === null)) continue;
    // 16 bits stay 16 where the format has them.
    if (change === 'depth' && isLossless(output)) continue;
    told.add(change);
    for (const line of describeChanges(new Map([[change, [basename(input)]]]))) warn(`${line}${outcome(change, output)}`);
  }
}
