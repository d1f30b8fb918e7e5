import { basename, join } from 'node:path';
import { UserError } from '@distillery/tensor';
import { foldersIn, imagesIn } from '../image-folder';
import { firstOf } from '../picture';
import { shrunkBy } from './shrunk-by';
import { hrFolderSet, kindRank, lrFolderName, matchLrName, scaleFolder, statedScale } from './names';

/** A stored LR image. */
export interface LrImage {
  /** The item that it belongs to. */
  readonly name: string;
  readonly path: string;
  /** null: neither its name nor its folder states one. */
  readonly scale: number | null;
  /** How it was made, as its folder says: `bicubic`, `unknown`; empty if it says nothing. */
  readonly kind: string;
}

/** A folder in which folders of LR images are looked for. */
export interface LrRoot {
  readonly folder: string;
  /** The set that they must belong to by name, besides those that name none. */
  readonly set: string;
  /** The folder that has the HR images in it, which is not looked into. */
  readonly skipped: string;
  /** Whether other data sets may lie there too, so that only what names this set is its own. */
  readonly mixed: boolean;
}

/** LR folders hold folders per kind and per scale, no deeper. */
const MAX_DEPTH = 3;

/** LR images, and what was left out and why. */
interface StoredLr {
  readonly lr: LrImage[];
  readonly notes: string[];
}

/**
 * The LR images in `roots` that are named after a `known` HR image, one for each image and scale: of several kinds the bicubic one. Folders whose names say nothing
 * come after all others, and only if their images' sizes are those of the HR images (`hr`) shrunk by one scale. Throws UserError if a folder of LR images has
 * none that is named after an HR image, if two of one kind are for the same image and scale, or if a name and its folder state two scales.
 */
export async function storedLr(
  roots: readonly LrRoot[],
  known: ReadonlyMap<string, string>,
  hr: ReadonlyMap<string, string>,
): Promise<StoredLr> {
  const found: LrImage[] = [];
  const strangers: string[] = [];
  for (const root of roots) {
    for (const folder of lrFolders(root)) {
      const unknown: string[] = [];
      const images = imagesBelow(folder.path, folder, 0, known, unknown);
      if (images.length === 0 && unknown.length > 0) throw new UserError(nameless(folder.path, unknown));
      found.push(...images);
      strangers.push(...unknown);
    }
  }
  const { chosen, unused } = chooseKind(found);
  const bySize = (await lrBySize(roots, known, hr)).filter(
    ({ name, scale }) => !chosen.some((other) => other.name === name && (other.scale === scale || other.scale === null)),
  );
  const unnamed = [...new Set(bySize.map(({ folder }) => folder))].filter((folder) => !saysLrAlone(folder));
  return {
    lr: [...chosen, ...chooseKind(bySize).chosen],
    notes: [
      ...(strangers.length > 0 ? [`LR images without an HR image of their name, left out: ${firstOf(strangers)}`] : []),
      ...(unused.length > 0 ? [`LR images of another kind, left out: ${firstOf(unused)}`] : []),
      ...(unnamed.length > 0 ? [`taken for LR by names and sizes of the images in it: ${firstOf(unnamed)}`] : []),
    ],
  };
}

/** The images of folders whose names do not say that they are this set's LR images, with the folder's name, as far as all in a folder are HR images of these names shrunk by one scale. */
async function lrBySize(
  roots: readonly LrRoot[],
  known: ReadonlyMap<string, string>,
  hr: ReadonlyMap<string, string>,
): Promise<(LrImage & { readonly folder: string })[]> {
  const found: (LrImage & { readonly folder: string })[] = [];
  for (const root of roots) {
    const named = new Set(lrFolders(root).map(({ path }) => path));
    for (const folder of foldersIn(root.folder).filter((name) => hrFolderSet(name) === null)) {
      const path = join(root.folder, folder);
      if (path === root.skipped || named.has(path) || (root.mixed && !saysLrAlone(folder))) continue;
      const strangers: string[] = [];
      const images = imagesBelow(path, { kind: kindBelow('', folder), scale: null }, 0, known, strangers);
      if (strangers.length > 0) continue;
      const scales = await Promise.all(images.map(({ name, path: lr }) => shrunkBy(hr.get(name) as string, lr)));
      if (images.every(({ scale }, i) => scales[i] !== null && (scale ?? scales[i]) === scales[i]))
        found.push(...images.map((image, i) => ({ ...image, scale: scales[i] as number, folder })));
    }
  }
  return found;
}

/** Whether a folder's name says LR or a scale and no set. */
function saysLrAlone(name: string): boolean {
  return scaleFolder(name) !== null || lrFolderName(name)?.set === '';
}

function nameless(folder: string, strangers: readonly string[]): string {
  return `folder ${folder} holds LR images, but none is named after an HR image (${firstOf(strangers)}); expected HR names, with or without x2, _x2, LRx2, _LR or their like`;
}

interface LrFolder {
  readonly path: string;
  readonly kind: string;
  readonly scale: number | null;
}

function lrFolders({ folder, set, skipped, mixed }: LrRoot): LrFolder[] {
  return foldersIn(folder).flatMap((name): LrFolder[] => {
    const path = join(folder, name);
    if (path === skipped) return [];
    const scale = mixed ? null : scaleFolder(name);
    if (scale !== null) return [{ path, kind: '', scale }];
    const lr = lrFolderName(name);
    if (lr === null || (lr.set === '' ? mixed : lr.set.toLowerCase() !== set.toLowerCase())) return [];
    return [{ path, kind: lr.kind, scale: lr.scale }];
  });
}

function imagesBelow(
  path: string,
  { kind, scale }: Omit<LrFolder, 'path'>,
  depth: number,
  known: ReadonlyMap<string, string>,
  strangers: string[],
): LrImage[] {
  const here = [...imagesIn(path)].flatMap(([stem, image]): LrImage[] => {
    const match = matchLrName(stem, known);
    if (match === null) {
      strangers.push(basename(image));
      return [];
    }
    const stated = statedScale(match.affix);
    if (stated !== null && scale !== null && stated !== scale)
      throw new UserError(`LR image ${image} is x${stated} by its name and x${scale} by its folder; expected one scale`);
    return [{ name: match.name, path: image, scale: stated ?? scale, kind }];
  });
  if (depth === MAX_DEPTH) return here;
  const below = foldersIn(path).flatMap((name): LrImage[] => {
    if (hrFolderSet(name) !== null) return [];
    const inner = { kind: kindBelow(kind, name), scale: scaleFolder(name) ?? statedScale(name) ?? scale };
    return imagesBelow(join(path, name), inner, depth + 1, known, strangers);
  });
  return [...here, ...below];
}

/** A subfolder that is not named after a scale alone may name the kind: `LR/bicubic`, `LR/LRBI`. */
function kindBelow(kind: string, name: string): string {
  if (scaleFolder(name) !== null) return kind;
  const lr = lrFolderName(name);
  return (lr === null ? name.toLowerCase() : lr.kind) || kind;
}

/** For each image and scale the LR image of the kind nearest to bicubic. */
function chooseKind(found: readonly LrImage[]): { chosen: LrImage[]; unused: string[] } {
  const best = new Map<string, LrImage>();
  const unused: string[] = [];
  for (const image of found) {
    const key = JSON.stringify([image.scale, image.name]);
    const other = best.get(key);
    if (other === undefined) {
      best.set(key, image);
      continue;
    }
    const [worse, better] = kindRank(image.kind) < kindRank(other.kind) ? [other, image] : [image, other];
    if (kindRank(worse.kind) === kindRank(better.kind))
      throw new UserError(`LR images ${better.path} and ${worse.path} are for the same HR image and scale; expected one`);
    best.set(key, better);
    unused.push(basename(worse.path));
  }
  return { chosen: [...best.values()], unused };
}
