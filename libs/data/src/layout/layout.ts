import { basename, dirname, join, parse, relative, sep } from 'node:path';
import { UserError } from '@distillery/tensor';
import { IMAGE_FORMATS } from '../image-file';
import { foldersIn, imagesIn, othersIn } from '../image-folder';
import { firstOf } from '../picture';
import { flatPairs } from './flat-pairs';
import { hrFolderSet, hrBase } from './names';
import { storedLr, type LrImage, type LrRoot } from './stored-lr';

/** The images of a folder that somebody keeps in a layout of their own. */
export interface Layout {
  /** HR images by name, in code point order. */
  readonly hr: ReadonlyMap<string, string>;
  readonly lr: readonly LrImage[];
  /** What was left out and why, a line each. */
  readonly notes: readonly string[];
}

/**
 * The HR images of `folder` and the LR images that belong to them. HR lie in the folder itself or in its only subfolder of that name (`HR`, `GT`, `DIV2K_valid_HR`);
 * LR in subfolders or, where the folder is itself the one of HR, beside it (`LR_bicubic/X2`, `x2`, `LRx2`, `DIV2K_valid_LR_bicubic/X2`), or all in one
 * folder by their names (`baby_HR`, `baby_LR`). A subfolder of another name holds LR images if all its images have the names of HR images and are these shrunk by one scale. Throws UserError if there are no images, if which are meant is open, or if LR images are there but
 * none of them is named after an HR image.
 */
export async function findLayout(folder: string): Promise<Layout> {
  const hrFolder = findHrFolder(folder);
  const images = imagesIn(hrFolder);
  if (images.size === 0) throw new UserError(emptyFolder(hrFolder));
  const skipped = othersIn(hrFolder);
  const flat = await flatPairs(images);
  const known = knownNames(flat.hr);
  const { lr, notes } = await storedLr(lrRoots(folder, hrFolder), known, flat.hr);
  const beside = hrFolder === folder ? [] : [...imagesIn(folder).values()].map((path) => basename(path));
  return {
    hr: flat.hr,
    lr: [...flat.lr, ...lr],
    notes: [
      ...(skipped.length > 0 ? [`left out, not ${IMAGE_FORMATS}: ${firstOf(skipped)}`] : []),
      ...(flat.others.length > 0 ? [`left out, neither HR nor LR by name: ${firstOf(flat.others)}`] : []),
      ...(beside.length > 0 ? [`left out, not in ${basename(hrFolder)}: ${firstOf(beside)}`] : []),
      ...notes,
    ],
  };
}

function findHrFolder(folder: string): string {
  const inside = foldersIn(folder);
  const candidates = inside.filter((name) => hrFolderSet(name) !== null);
  const named = candidates.find((name) => name === 'HR') ?? (candidates.length === 1 ? candidates[0] : undefined);
  if (named !== undefined) return onlyFolderWithImages(join(folder, named));
  if (candidates.length > 1)
    throw new UserError(`folder ${folder} has several sets of HR images; expected one of ${candidates.join(', ')}`);
  return folder;
}

/** The folder, or the one inside it that has all its images: `HR/Set5`, `HR/Set5/x2`. */
function onlyFolderWithImages(folder: string): string {
  if (imagesIn(folder).size > 0) return folder;
  const inside = foldersIn(folder);
  if (inside.length > 1) throw new UserError(`folder ${folder} has several sets of HR images; expected one of ${firstOf(inside, 10)}`);
  return inside[0] === undefined ? folder : onlyFolderWithImages(join(folder, inside[0]));
}

function emptyFolder(folder: string): string {
  const [others, folders] = [othersIn(folder), foldersIn(folder)];
  const found = [
    ...(others.length > 0 ? [`files ${firstOf(others)}`] : []),
    ...(folders.length > 0 ? [`folders ${firstOf(folders)} (of which none is named HR or GT)`] : []),
  ];
  return `folder ${folder} has no images; expected ${IMAGE_FORMATS} files${found.length > 0 ? `, found ${found.join(', ')}` : ''}`;
}

/** Where LR images are looked for: below the folder, and beside it where it is the one of HR. */
function lrRoots(folder: string, hrFolder: string): LrRoot[] {
  if (hrFolder !== folder) {
    const top = relative(folder, hrFolder).split(sep)[0] as string;
    return [{ folder, set: hrFolderSet(top) ?? '', skipped: join(folder, top), mixed: false }];
  }
  const set = hrFolderSet(basename(folder));
  return [
    { folder, set: '', skipped: folder, mixed: false },
    { folder: dirname(folder), set: set ?? basename(folder), skipped: folder, mixed: set === null },
  ];
}

/** Names that LR images may be named after, to the item's name: the HR image's own, and that without `_HR`. */
function knownNames(hr: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const [name, path] of hr) {
    const base = hrBase(parse(path).name);
    if (base !== null) known.set(base, name);
  }
  for (const name of hr.keys()) known.set(name, name);
  return known;
}
