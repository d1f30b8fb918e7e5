import { basename, join, resolve, sep } from 'node:path';
import { UserError } from '@distillery/tensor';
import { digestLines, fileDigest, fileItem, originOf, type Dataset, type ItemSource } from './dataset';
import { isFolder, matchImages, STORED_SCALES } from './image-folder';
import { isKnownDataset, KNOWN_DATASETS, type KnownDataset } from './known-datasets';
import { findLayout } from './layout/layout';
import { describeChanges, type ChangedImages, type ImageChange } from './picture';
import { isProcedural, PROCEDURAL_DATASETS, proceduralDataset } from './procedural';
import type { Border } from './resize';
import { isShrunk, SHRUNK_DATASETS, shrunkDataset, type ShrunkSource } from './shrunk-datasets';

/** How to open a dataset. */
export interface OpenOptions {
  /** `stored` (default): the LR images found, and the others made with the dataset's border. A border: all LR made with that border. */
  readonly lr?: 'stored' | Border;
}

/**
 * Opens a dataset by name or path and hashes it (every image is decoded once).
 *
 * Names: one of `PROCEDURAL_DATASETS`, or one of `KNOWN_DATASETS` or `SHRUNK_DATASETS` in `dataDir`. Anything else is a folder: its images, or those of
 * its subfolder of HR images, with the LR images that lie beside them (see `findLayout`).
 * Throws UserError for an unknown name, a missing or empty folder, or an image that cannot be decoded.
 */
export async function openDataset(name: string, dataDir: string | null, options: OpenOptions = {}): Promise<Dataset> {
  const lr = options.lr ?? 'stored';
  if (isProcedural(name)) return proceduralDataset(name, lr === 'stored' ? 'symmetric' : lr);
  if (isShrunk(name)) {
    const source: ShrunkSource = SHRUNK_DATASETS[name];
    return shrunkDataset(name, await openDataset(source.of, dataDir), source);
  }
  const { border, ...found } = await findSources(name, dataDir, lr === 'stored');
  return fileDataset(name, found, lr === 'stored' ? border : lr);
}

/** Throws the UserError with which `openDataset` would fail for a name or a folder, without looking into the images. */
export async function requireDataset(name: string, dataDir: string | null): Promise<void> {
  if (isProcedural(name)) return;
  await findSources(isShrunk(name) ? SHRUNK_DATASETS[name].of : name, dataDir, true);
}

/** The files of a dataset that is not built in. */
interface Sources {
  readonly sources: readonly ItemSource[];
  /** What was left out. */
  readonly notes: readonly string[];
}

/** The files of a dataset that is not built in, and the border with which its missing LR images are made. */
async function findSources(name: string, dataDir: string | null, useStored: boolean): Promise<Sources & { readonly border: Border }> {
  if (isKnownDataset(name)) {
    if (dataDir === null) throw new UserError(`dataset ${name} needs a data folder; expected --data DIR or DISTILLERY_DATA`);
    const known: KnownDataset = KNOWN_DATASETS[name];
    const sources = knownSources(known, dataDir, useStored);
    if (sources.length === 0) {
      throw new UserError(`dataset ${name} has no images in ${dataDir}; expected ${knownFolders(known).join(' and ')} there`);
    }
    return { sources, notes: [], border: known.border };
  }
  if (isFolder(name)) return { ...(await folderSources(resolve(name), useStored)), border: 'symmetric' };
  if (name.includes('/') || name.includes(sep)) throw new UserError(`folder ${name} does not exist; expected a folder of images`);
  throw new UserError(`unknown dataset ${name}; expected a folder of images or one of ${datasetNames().join(', ')}`);
}

/** All dataset names, built-in first. */
export function datasetNames(): string[] {
  return [...Object.keys(PROCEDURAL_DATASETS), ...Object.keys(KNOWN_DATASETS), ...Object.keys(SHRUNK_DATASETS)];
}

async function fileDataset(name: string, { sources, notes }: Sources, border: Border): Promise<Dataset> {
  const digests: ItemDigest[] = [];
  for (let start = 0; start < sources.length; start += 8)
    digests.push(...(await Promise.all(sources.slice(start, start + 8).map(digestItem))));
  const changed: ChangedImages = new Map();
  for (const [change, file] of digests.flatMap(({ changes }) => changes)) changed.set(change, [...(changed.get(change) ?? []), file]);
  return {
    name,
    items: sources.map((source) => fileItem(source, border)),
    hash: digestLines([`border ${border}`, ...digests.map(({ line }) => line)]),
    procedural: false,
    groundTruth: sources.every((source) => source.hr !== null),
    notes: [...notes, ...describeChanges(changed)],
    lrOrigin: (scale) => originOf(sources, border, scale),
  };
}

/** An item's line in what is hashed, and what reading changed of which of its files. */
interface ItemDigest {
  readonly line: string;
  readonly changes: readonly (readonly [ImageChange, file: string])[];
}

async function digestItem(source: ItemSource): Promise<ItemDigest> {
  const files: [string, string][] = [];
  if (source.hr !== null) files.push(['hr', source.hr]);
  for (const [scale, path] of source.stored) files.push([`x${scale}`, path]);
  if (source.anyScale !== null) files.push(['lr', source.anyScale]);
  const digests = await Promise.all(files.map(async ([label, path]) => ({ label, path, ...(await fileDigest(path)) })));
  return {
    line: [JSON.stringify(source.name), ...digests.map(({ label, digest }) => `${label} ${digest}`)].join(' '),
    changes: digests.flatMap(({ path, changes }) => changes.map((change) => [change, basename(path)] as const)),
  };
}

/** Folders (below the data folder) in which a known dataset's images are looked for. */
function knownFolders(known: KnownDataset): string[] {
  const patterns = known.hr.length > 0 ? known.hr : [known.lr as string];
  return patterns.map((pattern) => pattern.slice(0, pattern.lastIndexOf('/')));
}

/** The images of a known dataset that are in `dataDir`. */
export function knownSources(known: KnownDataset, dataDir: string, useStored: boolean): ItemSource[] {
  const hr = new Map(known.hr.flatMap((pattern) => [...matchImages(join(dataDir, pattern))]));
  const lr = useStored ? known.lr : undefined;
  const scaled = lr?.includes('{scale}') === true;
  const stored = new Map(
    STORED_SCALES.map((scale) => [
      scale,
      scaled ? matchImages(join(dataDir, lr.replaceAll('{scale}', String(scale)))) : new Map<string, string>(),
    ]),
  );
  const anyScale = lr !== undefined && !scaled ? matchImages(join(dataDir, lr)) : new Map<string, string>();
  const names = known.hr.length > 0 ? hr.keys() : anyScale.keys();
  return [...names].map((name) => itemSource(name, hr, stored, anyScale));
}

async function folderSources(folder: string, useStored: boolean): Promise<Sources> {
  const { hr, lr, notes } = await findLayout(folder);
  const used = useStored ? lr : [];
  const at = (scale: number | null) => new Map(used.filter((image) => image.scale === scale).map(({ name, path }) => [name, path]));
  const scales = new Set(used.flatMap(({ scale }) => scale ?? []));
  const stored = new Map([...scales].sort((a, b) => a - b).map((scale) => [scale, at(scale)]));
  return { sources: [...hr.keys()].map((name) => itemSource(name, hr, stored, at(null))), notes };
}

function itemSource(
  name: string,
  hr: ReadonlyMap<string, string>,
  stored: ReadonlyMap<number, ReadonlyMap<string, string>>,
  anyScale: ReadonlyMap<string, string>,
): ItemSource {
  const own = new Map<number, string>();
  for (const [scale, images] of stored) {
    const path = images.get(name);
    if (path !== undefined) own.set(scale, path);
  }
  return { name, hr: hr.get(name) ?? null, stored: own, anyScale: anyScale.get(name) ?? null };
}
