import type { Border } from '@distillery/data';
import type { Score } from '@distillery/metrics';
import type { Provenance } from '../store/run-result';

/** What the instrument measures: what publications of networks have. */
export type InstrumentScore = Pick<Score, 'psnr' | 'ssim'>;

/** What one network of `PUBLISHED_NETWORKS` scores at one scale. */
export interface InstrumentRow {
  /** sha256 over everything that can change the scores: a row with the same hash is not measured again. */
  readonly hash: string;
  /** `PublishedNetwork.id`. */
  readonly network: string;
  readonly dataset: string;
  readonly scale: number;
  /** sha256 of the weights file; null for bicubic. */
  readonly weights: string | null;
  /** Under the default protocol, in dataset order. */
  readonly images: readonly ({ readonly name: string } & InstrumentScore)[];
  /** The means under every protocol that the output can be measured by, the default protocol first. */
  readonly protocols: readonly ({ readonly protocol: string } & InstrumentScore)[];
  /** Under the default protocol with LR images shrunk by the other border convention; null where that was not measured. */
  readonly otherBorder: ({ readonly border: Border } & InstrumentScore) | null;
  readonly provenance: Provenance;
}

/** `reports/results/instrument.json`. */
export interface InstrumentFile {
  readonly schema: 1;
  readonly rows: readonly InstrumentRow[];
}
