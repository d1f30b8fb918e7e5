import type { Recipe } from './recipe';

/** Which arms an experiment shows, for report and planner alike. */
export interface Experiment {
  /** `table1`, `negatives`, `positives`, `width`. */
  readonly id: string;
  readonly title: string;
  /** What the paper shows here and what we vary, in a few sentences. */
  readonly caption: string;
  readonly kind: 'table' | 'sweep' | 'tradeoff' | 'ranking';
  /** For rankings: the arms that the others are compared with. */
  readonly controls?: readonly string[];
  /** For sweeps: what `x` is, with its unit: `weight of the VID term`. Drawn on a logarithmic axis where the values span decades. */
  readonly xTitle?: string;
  readonly arms: readonly ExperimentArm[];
  /** The seeds of its runs, whatever seeds are asked for: for what is chosen by them, and so must not be among the results. Absent: those asked for. */
  readonly seeds?: readonly number[];
}

export interface ExperimentArm {
  /** `Recipe.arm`. */
  readonly arm: string;
  /** Which deployed network of that arm's runs the row shows. */
  readonly network: string;
  readonly label: string;
  readonly recipe: Recipe;
  /** For sweeps and trade-offs: position on the x axis and the line it belongs to. */
  readonly x?: number;
  readonly series?: string;
}
