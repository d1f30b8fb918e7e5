import type { Claim } from '@distillery/lab';
import { CARN_ROWS, DATASETS, OWN_ROWS, type PublishedRow } from './published';
import type { JdsrArm } from './recipes';

const OWN = 'the baseline’s own paper or code';
const CARN_TABLE = 'the comparison table of CARN’s paper, not the baseline’s own';

function baselines(rows: readonly PublishedRow[], source: string): Claim<JdsrArm>[] {
  return rows.flatMap(({ row, ...scores }) =>
    (['psnr', 'ssim'] as const).flatMap((metric) =>
      scores[metric].map((value, d): Claim<JdsrArm> => ({
        id: `jdsr/baselines/${row.toLowerCase()}/x4/${DATASETS[d] as string}/${metric}`,
        paper: 'jdsr',
        table: 'Baselines, x4',
        row: `${row}, not distilled`,
        network: 'student',
        dataset: DATASETS[d] as string,
        scale: 4,
        metric,
        value,
        protocol: 'y-border-scale',
        selfEnsemble: false,
        source,
        verified: true,
      })),
    ),
  );
}

/** The paper's own table, of which nothing could be read. */
function notReadable(): Claim<JdsrArm>[] {
  return DATASETS.map((dataset) => ({
    id: `jdsr/main/student/x4/${dataset}/psnr`,
    paper: 'jdsr',
    table: 'Main results, x4',
    row: 'A student trained by JDSR',
    experiment: 'staircase',
    arm: 'jdsr',
    network: 'student',
    dataset,
    scale: 4,
    metric: 'psnr',
    value: null,
    protocol: 'y-border-scale',
    selfEnsemble: false,
    source: 'the paper, which could not be read',
    verified: false,
  }));
}

export const CLAIMS: readonly Claim<JdsrArm>[] = [...notReadable(), ...baselines(OWN_ROWS, OWN), ...baselines(CARN_ROWS, CARN_TABLE)];
