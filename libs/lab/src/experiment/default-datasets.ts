import { listDatasets } from '@distillery/data';
import type { Datasets } from './paper';
import { isEvidence } from './evidence';
import { publishedPath } from '../frozen/published-network';
import type { Tier, ValidateOptions } from './recipe';

const TRAIN: Readonly<Record<Tier, string>> = { smoke: 'T91', learn: 'T91', small: 'T91', full: 'DIV2K' };
const EVALUATE: Readonly<Record<Tier, readonly string[]>> = {
  smoke: ['Set5'],
  learn: ['Set5'],
  small: ['Set5', 'Set14'],
  full: ['Set5', 'Set14', 'BSD100', 'Urban100', 'DIV2K-valid'],
};

/** How often training is watched. A smoke run is over before there is anything to see. */
const POINTS: Readonly<Record<Tier, number>> = { smoke: 2, learn: 8, small: 20, full: 50 };
const VALIDATE = 'General-100-subset';

/**
 * What papers on real-world images adapt to, and the pairs it is tested on, with the sets that this takes: a camera, a telephone, and photographs of all
 * kinds that have no ground truth, tested on cameras that are none of theirs.
 */
const REAL: readonly { readonly adapt: string; readonly pairs: string; readonly needs: readonly string[] }[] = [
  { adapt: 'City100-NikonD5500-shrunk-adapt', pairs: 'City100-NikonD5500-shrunk', needs: ['City100-NikonD5500'] },
  { adapt: 'City100-iPhoneX-shrunk-adapt', pairs: 'City100-iPhoneX-shrunk', needs: ['City100-iPhoneX'] },
  { adapt: 'RealSRSet', pairs: 'RealSR-NTIRE2019-shrunk', needs: ['RealSRSet', 'RealSR-NTIRE2019-val-subset'] },
];
/** Published networks that take part in experiments, with their scale. */
const PUBLISHED = { 'realesr-general': 4 } as const;

/**
 * The sets a tier trains, validates and evaluates on: benchmarks and the validation set are left out where the data folder lacks them (Set5 never is: without
 * it the run fails and says so). Without a data folder the built-in procedural images stand in.
 */
export function defaultDatasets(tier: Tier, dataDir: string | null): Datasets {
  const validate = (set: string): ValidateOptions => ({ set, points: POINTS[tier] });
  if (dataDir === null) return { train: 'procedural', evaluate: ['procedural-test'], validate: validate('procedural-validate') };
  const present = new Set(listDatasets(dataDir).flatMap((listing) => (listing.present ? [listing.name as string] : [])));
  const real = REAL.filter(({ needs }) => needs.every((name) => present.has(name))).map(({ adapt, pairs }) => ({
    adapt,
    validate: `${pairs}-validate`,
    // Scoring the whole pictures would take longer than a short training.
    test: [!isEvidence(tier) ? `${pairs}-test-centre` : `${pairs}-test`],
  }));
  const published = Object.entries(PUBLISHED).flatMap(([model, scale]) => (publishedPath(model, scale, dataDir) ? [model] : []));
  return {
    train: TRAIN[tier],
    evaluate: EVALUATE[tier].filter((name) => name === 'Set5' || present.has(name)),
    ...(present.has(VALIDATE) && { validate: validate(VALIDATE) }),
    ...(real.length > 0 && { real }),
    ...(published.length > 0 && { published }),
  };
}

/** The sets that a tier is meant to have, whether or not they are here. */
export function wantedDatasets(tier: Tier): Datasets {
  return {
    train: TRAIN[tier],
    evaluate: EVALUATE[tier],
    validate: { set: VALIDATE, points: POINTS[tier] },
    real: REAL.map(({ adapt, pairs }) => ({ adapt, validate: `${pairs}-validate`, test: [`${pairs}-test`] })),
    published: Object.keys(PUBLISHED),
  };
}

/** Published networks that take part in experiments and whose weights the data folder lacks. */
export function missingPublished(dataDir: string | null): string[] {
  return Object.entries(PUBLISHED).flatMap(([model, scale]) => (publishedPath(model, scale, dataDir) ? [] : [model]));
}
