import {
  claimVerdict,
  DEFAULT_PROTOCOL,
  type Claim,
  type Experiment,
  type ExperimentArm,
  type RunResult,
  type VerdictKind,
} from '@distillery/lab';
import { METRIC_IDS, METRICS, type MetricId } from '@distillery/metrics';
import { runsOfArm, type Cohort } from './cohort';
import { distinct } from './collections';
import { frameOf, type DType, type Frame } from './frame';
import { seedScores, summaryOfSeeds } from './scores';

/** One line of a published-versus-ours table: an arm's network on a dataset under one protocol. Flat, for the frame. */
export interface ComparisonRow {
  readonly label: string;
  readonly arm: string;
  readonly network: string;
  readonly dataset: string;
  readonly scale: number;
  readonly metric: MetricId;
  readonly protocol: string;
  /** `not available`: there is a published number, but it could not be verified. `none`: the paper has no such row. */
  readonly availability: 'published' | 'not available' | 'none';
  readonly published: number | null;
  readonly publishedPasses: 'x8' | 'single' | null;
  /** The table and row as printed. */
  readonly printed: string | null;
  readonly source: string | null;
  readonly suspect: string | null;
  /** Ours: mean over seeds of the mean over images, and half of its 95 % interval; with x8 self-ensemble and in a single pass. */
  readonly ensemble: number | null;
  readonly ensembleHalf: number | null;
  readonly single: number | null;
  readonly singleHalf: number | null;
  readonly images: number;
  /** Seeds ascending, separated by spaces; empty: not run. */
  readonly seeds: string;
  /** Run hashes in the order of the seeds. */
  readonly hashes: string;
  /** Ours minus published, both under the same protocol and number of passes. */
  readonly difference: number | null;
  readonly verdict: VerdictKind | null;
  readonly reason: string;
}

const DTYPES: Readonly<Record<keyof ComparisonRow, DType>> = {
  label: 'string',
  arm: 'string',
  network: 'string',
  dataset: 'string',
  scale: 'int32',
  metric: 'string',
  protocol: 'string',
  availability: 'string',
  published: 'float32',
  publishedPasses: 'string',
  printed: 'string',
  source: 'string',
  suspect: 'string',
  ensemble: 'float32',
  ensembleHalf: 'float32',
  single: 'float32',
  singleHalf: 'float32',
  images: 'int32',
  seeds: 'string',
  hashes: 'string',
  difference: 'float32',
  verdict: 'string',
  reason: 'string',
};

/** Everything of an experiment that has a published or a measured number, one row each, as a danfo.js frame. */
export function comparisonFrame(cohort: Cohort, experiment: Experiment): Promise<Frame<ComparisonRow>> {
  return frameOf(
    METRIC_IDS.flatMap((metric) => comparisonRows(cohort, experiment, metric)),
    DTYPES,
  );
}

/** The claims that an experiment's arms measure. */
function claimsOfArm(cohort: Cohort, experiment: Experiment, arm: ExperimentArm, metric: MetricId): Claim[] {
  return cohort.paper.claims.filter(
    (claim) =>
      claim.experiment === experiment.id &&
      claim.arm === arm.arm &&
      claim.network === arm.network &&
      claim.scale === arm.recipe.scale &&
      claim.metric === metric,
  );
}

/** What the paper printed for an arm on a dataset, in its own protocol; null where nothing could be verified. */
export function publishedValue(
  cohort: Cohort,
  experiment: Experiment,
  arm: ExperimentArm,
  dataset: string,
  metric: MetricId,
): number | null {
  const values = claimsOfArm(cohort, experiment, arm, metric).map((claim) => (claim.dataset === dataset ? verifiedValue(claim) : null));
  return values.find((value) => value !== null) ?? null;
}

function verifiedValue(claim: Claim | null): number | null {
  return claim?.verified ? claim.value : null;
}

/** Claims that no arm of any experiment shows; they still belong on the page. */
export function unplacedClaims({ paper, experiments }: Cohort): Claim[] {
  return paper.claims.filter(
    (claim) =>
      !experiments.some(
        ({ id, arms }) =>
          id === claim.experiment &&
          arms.some((arm) => arm.arm === claim.arm && arm.network === claim.network && arm.recipe.scale === claim.scale),
      ),
  );
}

function comparisonRows(cohort: Cohort, experiment: Experiment, metric: MetricId): ComparisonRow[] {
  const rows = experiment.arms.flatMap((arm) => {
    const { runs } = runsOfArm(cohort.runs, arm);
    const claims = claimsOfArm(cohort, experiment, arm, metric);
    return distinct([...cohort.evaluate, ...claims.map(({ dataset }) => dataset)]).flatMap((dataset) => {
      const here = claims.filter((claim) => claim.dataset === dataset);
      const measured = measuredProtocols(runs, arm, dataset, metric);
      const bare = measured.filter((protocol) => !here.some((claim) => claim.protocol === protocol));
      const claimed = here.map((claim) => rowOf(cohort, arm, runs, metric, dataset, claim.protocol, claim));
      return [...claimed, ...bare.map((protocol) => rowOf(cohort, arm, runs, metric, dataset, protocol, null))];
    });
  });
  return [...rows, ...notRunRows(cohort, experiment, metric, rows)];
}

/** Arms without any row of their own so far: "not run", under the protocols that their neighbours were measured with. */
function notRunRows(cohort: Cohort, experiment: Experiment, metric: MetricId, rows: readonly ComparisonRow[]): ComparisonRow[] {
  // A metric whose weights were not found, or that is younger than all runs, gets no table of empty cells.
  const wasRun = experiment.arms.some((arm) => runsOfArm(cohort.runs, arm).runs.length > 0);
  if (rows.length === 0 && (METRICS[metric].compares === 'images' || wasRun)) return [];
  return experiment.arms.flatMap((arm) =>
    arm.recipe.data.evaluate.flatMap((dataset) => {
      const same = rows.filter((row) => row.dataset === dataset && row.scale === arm.recipe.scale);
      const protocols = distinct(same.filter(({ seeds }) => seeds !== '').map(({ protocol }) => protocol));
      return (protocols.length > 0 ? protocols : [DEFAULT_PROTOCOL])
        .filter((protocol) => !same.some((row) => row.protocol === protocol && row.arm === arm.arm && row.network === arm.network))
        .map((protocol) => rowOf(cohort, arm, [], metric, dataset, protocol, null));
    }),
  );
}

function measuredProtocols(runs: readonly RunResult[], arm: ExperimentArm, dataset: string, metric: MetricId): string[] {
  const evaluations = runs.flatMap((run) => run.evaluations);
  const relevant = evaluations.filter((evaluation) => evaluation.network === arm.network && evaluation.dataset === dataset);
  return distinct(
    relevant.filter(({ images }) => images.every((image) => typeof image[metric] === 'number')).map(({ protocol }) => protocol),
  );
}

function rowOf(
  cohort: Cohort,
  arm: ExperimentArm,
  runs: readonly RunResult[],
  metric: MetricId,
  dataset: string,
  protocol: string,
  claim: Claim | null,
): ComparisonRow {
  const what = { network: arm.network, dataset, scale: arm.recipe.scale, protocol, metric };
  const ensemble = seedScores(runs, { ...what, selfEnsemble: true });
  const single = seedScores(runs, { ...what, selfEnsemble: false });
  const [ofEnsemble, ofSingle] = [summaryOfSeeds(ensemble), summaryOfSeeds(single)];
  const published = verifiedValue(claim);
  const comparable = claim?.selfEnsemble ? ofEnsemble : ofSingle;
  const scores = ensemble.length > single.length ? ensemble : single;
  const verdict = claim && claimVerdict(claim, cohort.shown, cohort.tier);
  return {
    label: arm.label,
    arm: arm.arm,
    ...what,
    availability: claim === null ? 'none' : published === null ? 'not available' : 'published',
    published,
    publishedPasses: claim && (claim.selfEnsemble ? 'x8' : 'single'),
    printed: claim && `${claim.table}: ${claim.row}`,
    source: claim && claim.source,
    suspect: (published !== null && claim?.suspect) || null,
    ensemble: ofEnsemble?.mean ?? null,
    ensembleHalf: halfWidth(ofEnsemble),
    single: ofSingle?.mean ?? null,
    singleHalf: halfWidth(ofSingle),
    images: scores[0]?.images ?? 0,
    seeds: scores.map(({ seed }) => seed).join(' '),
    hashes: scores.map(({ hash }) => hash).join(' '),
    difference: published !== null && comparable ? comparable.mean - published : null,
    verdict: verdict && verdict.kind,
    reason: verdict?.reason ?? '',
  };
}

function halfWidth(summary: ReturnType<typeof summaryOfSeeds>): number | null {
  return summary?.ci ? (summary.ci[1] - summary.ci[0]) / 2 : null;
}
