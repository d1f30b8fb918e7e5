import { listDatasets } from '@distillery/data';
import type { Datasets } from './paper';
import { publishedPath } from './published-network';
import type { Tier } from './recipe';

const TRAIN: Readonly<Record<Tier, string>> = { smoke: 'T91', small: 'T91', full: 'DIV2K' };
const EVALUATE: Readonly<Record<Tier, readonly string[]>> = {
  smoke: ['Set5'],
  small: ['Set5', 'Set14'],
  full: ['Set5', 'Set14', 'BSD100', 'Urban100-subset', 'DIV2K-valid'],
};

/** The camera that papers on real-world images adapt to, and the scenes it is tested on. */
const REAL = { adapt: 'City100-NikonD5500-shrunk-adapt', test: ['City100-NikonD5500-shrunk-test'] } as const;
const REAL_SOURCE = 'City100-NikonD5500';
/** Published networks that take part in experiments, with their scale. */
const PUBLISHED = { 'realesr-general': 4 } as const;

/**
 * The sets a tier trains and evaluates on: benchmarks are left out where the data folder lacks them (Set5 never is: without it the
 * run fails and says so). Without a data folder the built-in procedural images stand in.
 */
export function defaultDatasets(tier: Tier, dataDir: string | null): Datasets {
  if (dataDir === null) return { train: 'procedural', evaluate: ['procedural-test'] };
  const present = new Set(listDatasets(dataDir).flatMap((listing) => (listing.present ? [listing.name as string] : [])));
  const published = Object.entries(PUBLISHED).flatMap(([model, scale]) => (publishedPath(model, scale, dataDir) ? [model] : []));
  return {
    train: TRAIN[tier],
    evaluate: EVALUATE[tier].filter((name) => name === 'Set5' || present.has(name)),
    ...(present.has(REAL_SOURCE) && { real: REAL }),
    ...(published.length > 0 && { published }),
  };
}
