import { PUBLISHED_NETWORKS, type InstrumentFile, type InstrumentRow, type PublishedNetwork, type PublishedScore } from '@distillery/lab';
import { anchor } from '../html';

/** A measured row with what others say of it. */
export interface DescribedRow {
  readonly row: InstrumentRow;
  /** undefined: a network that this version does not know. */
  readonly network: PublishedNetwork | undefined;
  readonly others: PublishedScore | undefined;
  /** `CARN-M`. */
  readonly title: string;
  /** Under the default protocol. */
  readonly psnr: number;
  readonly ssim: number;
  readonly protocol: string;
}

export function describedRows({ rows }: InstrumentFile): DescribedRow[] {
  return rows.flatMap((row) => {
    const [score] = row.protocols;
    if (!score) return [];
    const network = PUBLISHED_NETWORKS.find(({ id }) => id === row.network);
    const others = network?.scores.find(({ dataset, scale }) => dataset === row.dataset && scale === row.scale);
    return [{ row, network, others, title: network?.title ?? row.network, ...score }];
  });
}

/** Where the page shows how a row was measured. */
export function rowAnchor({ network, dataset, scale }: InstrumentRow): string {
  return anchor('row', network, dataset, `x${scale}`);
}

/** dB within which our value must equal an independent pass over the same weights. */
export const TOLERANCE = 0.01;

/** Ours - independent pass, for rows that have one. */
export function referenceDifferences(rows: readonly DescribedRow[]): number[] {
  return rows.flatMap(({ psnr, others }) => (typeof others?.reference === 'number' ? [psnr - others.reference] : []));
}
