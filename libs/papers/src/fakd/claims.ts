import type { Claim } from '@distillery/lab';
import { BENCHMARKS, DCKD_TABLE_2, TABLE_3, type PublishedRow } from './published';
import type { FakdArm } from './recipes';

export const TABLE_3_SOURCE = 'GitHub Vincent-Hoo/Knowledge-Distillation-for-Super-resolution, figure/result.png (the printed Table 3)';
export const DCKD_SOURCE = 'Table 2 of DCKD (arXiv 2412.08939): the RCAN setting of FAKD trained again by other authors';
/** Tables 1 and 2 of the paper were only found as images that could not be read. */
export const UNREADABLE = 'a table of this kind exists in the paper; it could not be read, and which rows it has is not known';

const ROWS: Readonly<Record<PublishedRow['arm'], string>> = {
  teacher: 'teacher',
  alone: 'student alone',
  output: 'student, output distillation',
  fakd: 'student, FAKD',
};
/** Scales that our networks have; the others of the table are shown beside nothing. */
const OURS: readonly number[] = [2, 3, 4];

function rowClaims(row: PublishedRow, from: Pick<Claim, 'table' | 'protocol' | 'source'>, key: string): Claim<FakdArm>[] {
  const { backbone, arm, scale } = row;
  const network = arm === 'teacher' ? 'teacher' : 'student';
  return BENCHMARKS.flatMap((dataset, d) =>
    (['psnr', 'ssim'] as const).map((metric): Claim<FakdArm> => ({
      ...from,
      id: `fakd/${key}/${backbone}-${arm}/${network}/x${scale}/${dataset}/${metric}`,
      paper: 'fakd',
      row: `${backbone.toUpperCase()} ${ROWS[arm]}`,
      ...(OURS.includes(scale) && { experiment: `table3-${backbone}-x${scale}`, arm: `${backbone}-${arm}` }),
      network,
      dataset,
      scale,
      metric,
      value: row[metric][d] as number,
      selfEnsemble: false,
      verified: true,
      ...doubt(row, key, dataset),
    })),
  );
}

function doubt({ backbone, arm, scale }: PublishedRow, key: string, dataset: string): Pick<Claim, 'suspect'> {
  if (key === 'table3' && backbone === 'san' && arm === 'teacher')
    return { suspect: 'printed with two decimals and a zero, as if copied from the SAN paper rather than measured' };
  if (key === 'table3' && backbone === 'rcan' && arm === 'teacher' && scale === 2 && dataset === 'Urban100')
    return { suspect: 'RCAN’s own paper and DCKD print 33.34 for this checkpoint family' };
  if (key === 'dckd' && arm === 'fakd')
    return {
      suspect: 'a public port by overlapping authors cuts the affinity’s gradient; if it made these rows, they are output distillation',
    };
  return {};
}

/** Tables that exist in the paper and could not be read: shown as not available, never filled in. */
function notReadable(): Claim<FakdArm>[] {
  const missing = (table: string, key: string, row: string, experiment: string, arm: FakdArm): Claim<FakdArm> => ({
    id: `fakd/${key}/${arm}/student/x4/Set5/psnr`,
    paper: 'fakd',
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
    selfEnsemble: false,
    source: UNREADABLE,
    verified: false,
  });
  return [
    missing('Table 1', 'table1', 'spatial affinity', 'forms-x4', 'rcan-fakd'),
    missing('Table 1', 'table1', 'channel affinity', 'forms-x4', 'rcan-channel-affinity'),
    missing('Table 1', 'table1', 'image affinity', 'forms-x4', 'rcan-image-affinity'),
    missing('Table 1', 'table1', 'attention transfer', 'forms-x4', 'rcan-attention-transfer'),
    missing('Table 1', 'table1', 'FSP', 'forms-x4', 'rcan-fsp'),
    missing('Table 1', 'table1', 'raw features', 'forms-x4', 'rcan-feature-l1'),
    missing('Table 2', 'table2', 'teacher supervision only', 'terms-x4', 'rcan-output'),
    missing('Table 2', 'table2', 'feature affinity only', 'terms-x4', 'rcan-affinity-only'),
    missing('Table 2', 'table2', 'both', 'terms-x4', 'rcan-fakd'),
  ];
}

export const CLAIMS: readonly Claim<FakdArm>[] = [
  ...TABLE_3.flatMap((row) => rowClaims(row, { table: 'Table 3', protocol: 'csd-y', source: TABLE_3_SOURCE }, 'table3')),
  ...DCKD_TABLE_2.flatMap((row) => rowClaims(row, { table: 'DCKD, Table 2', protocol: 'y-border-scale', source: DCKD_SOURCE }, 'dckd')),
  ...notReadable(),
];
