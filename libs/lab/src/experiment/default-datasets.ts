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

/** What is adapted to, the pairs it is tested on, and the sets that this takes. */
interface Domain {
  readonly adapt: string;
  readonly pairs: string;
  readonly needs: readonly string[];
}

/**
 * What papers on real-world images adapt to: a camera, a telephone, and photographs of all kinds that have no ground truth, tested on cameras that are none of
 * theirs. Of a domain that can be had in several sizes evidence takes the largest that is there, and a tier that is none the smallest: every image of a set is read.
 */
const REAL: readonly (readonly Domain[])[] = [
  [camera('City100-NikonD5500'), camera('City100-NikonD5500-all')],
  [camera('City100-iPhoneX'), camera('City100-iPhoneX-all')],
  [{ adapt: 'RealSRSet', pairs: 'RealSR-NTIRE2019-shrunk', needs: ['RealSRSet', 'RealSR-NTIRE2019-val-subset'] }],
];

function camera(captured: string): Domain {
  return { adapt: `${captured}-shrunk-adapt`, pairs: `${captured}-shrunk`, needs: [captured] };
}

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
  const real = realDomains(tier, (name) => present.has(name));
  const published = Object.entries(PUBLISHED).flatMap(([model, scale]) => (publishedPath(model, scale, dataDir) ? [model] : []));
  return {
    train: TRAIN[tier],
    evaluate: EVALUATE[tier].filter((name) => name === 'Set5' || present.has(name)),
    ...(present.has(VALIDATE) && { validate: validate(VALIDATE) }),
    ...(real.length > 0 && { real }),
    ...(published.length > 0 && { published }),
  };
}

function realDomains(tier: Tier, isPresent: (name: string) => boolean): NonNullable<Datasets['real']> {
  const evidence = isEvidence(tier);
  return REAL.flatMap((sizes) => {
    const here = sizes.filter(({ needs }) => needs.every(isPresent));
    const domain = evidence ? here.at(-1) : here[0];
    if (!domain) return [];
    const { adapt, pairs } = domain;
    // Scoring the whole pictures would take longer than a short training.
    return [{ adapt, validate: `${pairs}-validate`, test: [evidence ? `${pairs}-test` : `${pairs}-test-centre`] }];
  });
}

/** The sets that a tier is meant to have, whether or not they are here. */
export function wantedDatasets(tier: Tier): Datasets {
  return {
    train: TRAIN[tier],
    evaluate: EVALUATE[tier],
    validate: { set: VALIDATE, points: POINTS[tier] },
    real: realDomains(tier, () => true),
    published: Object.keys(PUBLISHED),
  };
}

/** Published networks that take part in experiments and whose weights the data folder lacks. */
export function missingPublished(dataDir: string | null): string[] {
  return Object.entries(PUBLISHED).flatMap(([model, scale]) => (publishedPath(model, scale, dataDir) ? [] : [model]));
}
