import type { Recipe } from './recipe';

/** Steps from one validation of a recipe's training to the next; 0: there is none. */
export function validateEvery({ data, schedule }: Recipe): number {
  return data.validate ? Math.ceil(schedule.steps / data.validate.points) : 0;
}
