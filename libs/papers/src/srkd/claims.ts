import type { Claim } from '@distillery/lab';
import { BENCHMARKS, FIGURE_4, TABLE_1, TABLE_2, type PublishedRow } from './published';
import type { SrkdArm } from './recipes';

const POST = 'GitHub Vincent-Hoo/Vincent-Hoo.github.io, branch hexo, post on this paper';
export const TABLE_1_SOURCE = `${POST}, image 3.png (the printed Table 1)`;
export const TABLE_2_SOURCE = `${POST}, image 5.png (the printed Table 2)`;
export const FIGURE_4_SOURCE = `${POST}, image 4.png (Figure 4): bar tops read off with an error of about 0.01 dB`;

/** A claim per row and benchmark. How the paper measured is not known; this is how its field does. */
function claims(table: string, source: string, rows: readonly PublishedRow[], experimentOf: (scale: number) => string): Claim<SrkdArm>[] {
  const prefix = table.toLowerCase().replace(' ', '');
  return rows.flatMap(({ row, arm, network, scale, psnr, suspect }) =>
    BENCHMARKS.map((dataset, i): Claim<SrkdArm> => ({
      id: `srkd/${prefix}/${arm ?? row}/${network}/x${scale}/${dataset}/psnr`,
      paper: 'srkd',
      table,
      row,
      ...(arm !== null && { experiment: experimentOf(scale), arm }),
      network,
      dataset,
      scale,
      metric: 'psnr',
      value: psnr[i] as number | null,
      protocol: 'y-border-scale',
      selfEnsemble: false,
      source,
      verified: true,
      ...(suspect !== undefined && { suspect }),
    })).filter(({ value }) => value !== null),
  );
}

export const CLAIMS: readonly Claim<SrkdArm>[] = [
  ...claims('Table 1', TABLE_1_SOURCE, TABLE_1, () => 'table1'),
  ...claims('Table 2', TABLE_2_SOURCE, TABLE_2, (scale) => `table2-x${scale}`),
  ...claims('Figure 4', FIGURE_4_SOURCE, FIGURE_4, () => 'figure4'),
];
