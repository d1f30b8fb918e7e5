import type { Cohort } from './cohort';
import { anchor } from './html';

/** What runs of a cohort are found by: where they are shown, and which they are. */
type Placed = Pick<Cohort, 'id' | 'places'>;

/** The id of a run where it is shown. */
export function runAnchor(hash: string): string {
  return anchor('run', hash);
}

/** The id of the list of runs of an arm at a scale: what a mean over seeds links to. */
export function groupAnchor(cohort: Pick<Cohort, 'id'>, arm: string, scale: number): string {
  return anchor('runs', cohort.id, arm, `x${scale}`);
}

/** A link to a run. */
export function runHref({ places }: Placed, hash: string): string {
  return hrefOf(places, runAnchor(hash));
}

/** A link to the runs of an arm at a scale. */
export function groupHref(cohort: Placed, arm: string, scale: number): string {
  return hrefOf(cohort.places, groupAnchor(cohort, arm, scale));
}

function hrefOf(places: Cohort['places'], id: string): string {
  return `${places.get(id) ?? ''}#${id}`;
}
