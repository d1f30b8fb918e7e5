import { claimVerdict, VERDICTS, type VerdictKind } from '@distillery/lab';
import { verdictsOf } from './claims/best-verdicts';
import type { Cohort } from './cohort';
import { distinct } from './collections';
import { frameOf, type DType, type Frame } from './frame';

/** One line of the verdict table: the claims of one kind that a cohort was held against. Flat, for the frame. */
export interface VerdictCounts {
  readonly paper: string;
  readonly cohort: string;
  readonly tier: string;
  readonly engine: string;
  readonly train: string;
  readonly kind: 'directions' | 'absolute values';
  readonly seeds: number;
  readonly images: number;
  readonly runs: number;
  readonly reproduced: number;
  readonly 'within tolerance': number;
  readonly contradicted: number;
  readonly inconclusive: number;
  readonly 'under-trained': number;
  readonly 'not judged': number;
}

const DTYPES: Readonly<Record<keyof VerdictCounts, DType>> = {
  paper: 'string',
  cohort: 'string',
  tier: 'string',
  engine: 'string',
  train: 'string',
  kind: 'string',
  seeds: 'int32',
  images: 'int32',
  runs: 'int32',
  reproduced: 'int32',
  'within tolerance': 'int32',
  contradicted: 'int32',
  inconclusive: 'int32',
  'under-trained': 'int32',
  'not judged': 'int32',
};

/** Verdicts of the cohorts, counted: two rows each, as a danfo.js frame. */
export function verdictFrame(cohorts: readonly Cohort[]): Promise<Frame<VerdictCounts>> {
  return frameOf(cohorts.flatMap(verdictCounts), DTYPES);
}

function verdictCounts(cohort: Cohort): VerdictCounts[] {
  const { paper, tier, engine, train, shown } = cohort;
  const directions = paper.directions.map((claim) => verdictsOf(cohort, claim).overall.kind);
  const values = paper.claims.map((claim) => claimVerdict(claim, shown, tier).kind);
  const common = {
    paper: paper.id,
    cohort: cohort.id,
    tier,
    engine,
    train,
    seeds: distinct(shown.map(({ spec }) => spec.seed)).length,
    images: imagesOf(cohort),
    runs: shown.length,
  };
  return [
    { ...common, kind: 'directions', ...tally(directions) },
    { ...common, kind: 'absolute values', ...tally(values) },
  ];
}

/** Distinct test images over all datasets. */
function imagesOf({ shown }: Cohort): number {
  const evaluations = shown.flatMap((run) => run.evaluations);
  return distinct(evaluations.flatMap(({ dataset, images }) => images.map(({ name }) => JSON.stringify([dataset, name])))).length;
}

function tally(kinds: readonly VerdictKind[]): Record<VerdictKind, number> {
  return Object.fromEntries(VERDICTS.map((kind) => [kind, kinds.filter((other) => other === kind).length])) as Record<VerdictKind, number>;
}
