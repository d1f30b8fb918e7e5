import { UserError } from '@distillery/tensor';
import { isFolder } from './image-folder';
import { KNOWN_DATASETS, type KnownDataset } from './known-datasets';
import { knownSources } from './open-dataset';
import { PROCEDURAL_DATASETS } from './procedural';

/**
 * The data folder: `option` (the `--data` argument) if given, else the environment's DISTILLERY_DATA, else null.
 * Throws UserError if the folder that was named does not exist.
 */
export function findDataDir(option?: string): string | null {
  const [named, from] = option !== undefined ? [option, '--data'] : [process.env['DISTILLERY_DATA'], 'DISTILLERY_DATA'];
  if (named === undefined || (named === '' && option === undefined)) return null;
  if (!isFolder(named)) throw new UserError(`${from}: ${named || '(empty)'} is no folder; expected the folder that holds the datasets`);
  return named;
}

/** A line of `distillery data list`. */
export interface DatasetListing {
  readonly name: string;
  readonly role: KnownDataset['role'];
  /** Images of the complete dataset. */
  readonly images: number;
  /** Images found. */
  readonly found: number;
  readonly present: boolean;
  readonly licence: string;
  readonly source: string;
}

/** Every dataset known by name, built-in first, and how much of it is there. */
export function listDatasets(dataDir: string | null): DatasetListing[] {
  const builtIn = Object.entries(PROCEDURAL_DATASETS).map(([name, { role, images }]): DatasetListing => {
    return { name, role, images, found: images, present: true, licence: 'MIT', source: 'built in, synthetic' };
  });
  const known = Object.entries(KNOWN_DATASETS).map(([name, dataset]: [string, KnownDataset]): DatasetListing => {
    const found = dataDir === null ? 0 : knownSources(dataset, dataDir, true).length;
    const { role, images, licence, source } = dataset;
    return { name, role, images, found, present: found > 0, licence, source };
  });
  return [...builtIn, ...known];
}
