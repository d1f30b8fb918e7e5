import { basename, join } from 'node:path';
import { UserError } from '@distillery/tensor';
import { foldersIn, imagesIn } from '../image-folder';
import { firstOf } from '../picture';
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
  /** Not looked into. */
  readonly hrFolder: string;
}

/** LR folders hold folders per kind and per scale, no deeper. */
const MAX_DEPTH = 3;

/**
 * The LR images in `roots` that are named after a `known` HR image, one for each image and scale: of several kinds the bicubic one. Throws UserError if a
 * folder of LR images has none that is named after an HR image, if two of one kind are for the same image and scale, or if a name and its folder state two scales.
 */
export function storedLr(roots: readonly LrRoot[], known: ReadonlyMap<string, string>): { lr: LrImage[]; notes: string[] } {
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
  return {
    lr: chosen,
    notes: [
      ...(strangers.length > 0 ? [`LR images without an HR image of their name, left out: ${firstOf(strangers)}`] : []),
      ...(unused.length > 0 ? [`LR images of another kind, left out: ${firstOf(unused)}`] : []),
    ],
  };
}

function nameless(folder: string, strangers: readonly string[]): string {
  return `folder ${folder} holds LR images, but none is named after an HR image (${firstOf(strangers)}); expected HR names, with or without x2, _x2, LRx2, _LR or their like`;
}

interface LrFolder {
  readonly path: string;
  readonly kind: string;
  readonly scale: number | null;
}

function lrFolders({ folder, set, hrFolder }: LrRoot): LrFolder[] {
  return foldersIn(folder).flatMap((name): LrFolder[] => {
    const path = join(folder, name);
    if (path === hrFolder) return [];
    const scale = scaleFolder(name);
    if (scale !== null) return [{ path, kind: '', scale }];
    const lr = lrFolderName(name);
    if (lr === null || (lr.set !== '' && lr.set.toLowerCase() !== set.toLowerCase())) return [];
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
    const stated = statedScale(match.suffix);
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
