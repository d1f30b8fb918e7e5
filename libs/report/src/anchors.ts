import type { Cohort } from './cohort';
import { anchor } from './html';

/** Where the page shows a run. */
export function runAnchor(hash: string): string {
  return anchor('run', hash);
}

/** Where the page lists the runs of an arm at a scale: what a mean over seeds links to. */
export function groupAnchor(cohort: Pick<Cohort, 'id'>, arm: string, scale: number): string {
  return anchor('runs', cohort.id, arm, `x${scale}`);
}
