import type { MetricId } from '@distillery/metrics';

/** A published statement that we test. Numbers come from the paper or its code; `null` is shown as "not available". */
export interface Claim<Arm extends string = string> {
  /** `csd/table1/csd/student/x4/Set5/psnr` */
  readonly id: string;
  readonly paper: string;
  /** As printed: `Table 1`, `Figure 4(a)`. */
  readonly table: string;
  /** The row as printed: `CSD, EDSR+ 0.25x`. */
  readonly row: string;
  /** Our experiment and cell that measure it; absent if we do not run it. */
  readonly experiment?: string;
  readonly arm?: Arm;
  /** Which deployed network of the run the claim speaks of. */
  readonly network: string;
  readonly dataset: string;
  readonly scale: number;
  readonly metric: MetricId;
  readonly value: number | null;
  /** Name of the protocol in `@distillery/metrics` under which the paper measured. */
  readonly protocol: string;
  readonly selfEnsemble: boolean;
  readonly source: string;
  readonly verified: boolean;
  /** Why the printed value is doubted, if it is. */
  readonly suspect?: string;
}

/** A published direction: `better` scores better than `worse` by `published` (null: direction only). */
export interface DirectionClaim<Arm extends string = string> {
  readonly id: string;
  readonly paper: string;
  readonly table: string;
  /** The statement in one sentence, in our words. */
  readonly statement: string;
  readonly experiment: string;
  readonly better: ArmRef<Arm>;
  readonly worse: ArmRef<Arm>;
  readonly metric: MetricId;
  readonly scale: number;
  /** Published difference of means, in the metric's unit, by dataset. */
  readonly published: Readonly<Record<string, number>> | null;
  /** The claim is that the two are equal up to this margin, in the metric's unit; absent: that `better` is better. */
  readonly within?: number;
  readonly source: string;
  readonly verified: boolean;
}

/** A network of an arm of an experiment. */
export interface ArmRef<Arm extends string = string> {
  readonly arm: Arm;
  readonly network: string;
}

/** A place where the authors' code departs from their paper (or ports depart from the code). */
export interface Divergence {
  readonly point: string;
  readonly paper: string;
  readonly code: string;
  /** Names of our variants that stand side by side, or why there is only one. */
  readonly ours: string;
}
