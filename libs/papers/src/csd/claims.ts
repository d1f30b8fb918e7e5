import type { Claim } from '@distillery/lab';
import { DATASETS, ISSUE_9, SUSPECT, TABLE_1, type PublishedRow } from './published';
import type { CsdArm } from './recipes';

export const TABLE_1_SOURCE = 'GitHub Booooooooooo/CSD, images/table.png (the printed Table 1)';
export const ISSUE_9_SOURCE =
  'GitHub Booooooooooo/CSD issue 9 (2021-11-13): one run by a user, not by the authors; its test command is not stated and taken to be the published one (self-ensemble)';
export const REVIEW_SOURCE = 'a review of the paper; the printed table could not be read';

const METRICS = ['psnr', 'ssim'] as const;

/** The rows as printed. */
const ROWS: Readonly<Record<PublishedRow['arm'], string>> = { baseline: 'Baseline', teacher: 'Baseline', jt1: 'J-T1', csd: 'CSD' };

function tableOne(): Claim<CsdArm>[] {
  return TABLE_1.flatMap(({ arm, width, scale, ...scores }) =>
    DATASETS.flatMap((dataset, d) =>
      METRICS.map((metric): Claim<CsdArm> => {
        const network = width === 1 ? 'teacher' : 'student';
        const key = `${arm}/${network}/x${scale}/${dataset}/${metric}`;
        return {
          id: `csd/table1/${key}`,
          paper: 'csd',
          table: 'Table 1',
          row: `${ROWS[arm]}, EDSR+ ${width}x`,
          experiment: `table1-x${scale}`,
          arm,
          network,
          dataset,
          scale,
          metric,
          value: scores[metric][d] as number,
          protocol: dataset === 'DIV2K' ? 'div2k-rgb' : 'csd-y',
          selfEnsemble: true,
          source: TABLE_1_SOURCE,
          verified: true,
          ...(SUSPECT[key] && { suspect: SUSPECT[key] }),
        };
      }),
    ),
  );
}

function issueNine(): Claim<CsdArm>[] {
  return ISSUE_9.datasets.flatMap((dataset, d) =>
    METRICS.map((metric): Claim<CsdArm> => ({
      id: `csd/issue9/slice-l1/student/x4/${dataset}/${metric}`,
      paper: 'csd',
      table: 'Issue 9',
      row: 'Student from the teacher slice, L1 only',
      experiment: 'table1-x4',
      arm: 'slice-l1',
      network: 'student',
      dataset,
      scale: 4,
      metric,
      value: ISSUE_9[metric][d] as number,
      protocol: 'csd-y',
      selfEnsemble: true,
      source: ISSUE_9_SOURCE,
      verified: true,
    })),
  );
}

/** Tables that exist in the paper but could not be read: shown as not available, never filled in. */
function notReadable(): Claim<CsdArm>[] {
  const missing = (table: string, id: string, row: string, experiment: string, arm: CsdArm): Claim<CsdArm> => ({
    id: `csd/${id}/${arm}/student/x4/Set5/psnr`,
    paper: 'csd',
    table,
    row,
    experiment,
    arm,
    network: 'student',
    dataset: 'Set5',
    scale: 4,
    metric: 'psnr',
    value: null,
    protocol: 'csd-y',
    selfEnsemble: true,
    source: REVIEW_SOURCE,
    verified: false,
  });
  return [
    missing('Table 2', 'table2', 'Ground truth as positive, no negatives', 'positives', 'gt-positive-k0-none'),
    missing('Table 2', 'table2', 'Ground truth as positive, with negatives', 'positives', 'gt-positive'),
    ...[1, 2, 4, 8].map((k) =>
      missing('Figure 6', 'figure6', `${k} negative${k === 1 ? '' : 's'}`, 'negatives', k === 1 ? 'csd-k1' : `csd-k${k}-sum`),
    ),
    missing('Figure 6', 'figure6', '10 negatives', 'negatives', 'csd'),
  ];
}

export const CLAIMS: readonly Claim<CsdArm>[] = [...tableOne(), ...issueNine(), ...notReadable()];
