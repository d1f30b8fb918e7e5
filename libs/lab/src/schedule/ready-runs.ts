import type { PlannedRun } from '../experiment/plan';

/**
 * The runs of a plan that can be made: those whose starts are not still to be made, in the plan's order. Each run and each dependency is gone through once, however many runs
 * there are.
 */
export function readyRuns(runs: readonly PlannedRun[]) {
  const places = new Map(runs.map(({ id }, i) => [id, i]));
  const needing = new Map<string, number[]>();
  /** Starts still to be made, by place. */
  const missing = runs.map(({ needs }, i) => {
    const own = needs.filter((id) => places.has(id));
    for (const id of own) {
      const others = needing.get(id);
      if (others) others.push(i);
      else needing.set(id, [i]);
    }
    return own.length;
  });
  /** Places, the first one last. */
  const ready = missing.flatMap((count, i) => (count === 0 ? [i] : [])).reverse();
  const taken = new Set<number>();

  return {
    /** Runs that were not taken yet. */
    left: (): number => runs.length - taken.size,
    /** Takes the first ready run; null: all that are left wait for others. */
    take(): PlannedRun | null {
      const place = ready.pop();
      if (place === undefined) return null;
      taken.add(place);
      return runs[place] as PlannedRun;
    },
    /** A run has ended, well or badly. */
    settle(id: string): void {
      for (const place of needing.get(id) ?? []) {
        missing[place] = (missing[place] as number) - 1;
        if (missing[place] === 0) ready.splice(positionOf(ready, place), 0, place);
      }
      needing.delete(id);
    },
    /** Takes all that are left. */
    rest(): PlannedRun[] {
      const all = runs.filter((_, i) => !taken.has(i));
      for (const i of runs.keys()) taken.add(i);
      return all;
    },
  };
}

/** Where a place belongs in places that fall. */
function positionOf(places: readonly number[], place: number): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] as number) > place) low = middle + 1;
    else high = middle;
  }
  return low;
}
