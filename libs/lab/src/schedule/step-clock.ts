import type { PlannedRun } from '../experiment/plan';
import type { RunProgress } from '../perform/progress';

/** What one run has cost so far. */
interface Account {
  /** Runs of a kind take about as long per step: same paper and method. */
  readonly kind: string;
  stepsLeft: number;
  stepsDone: number;
  begun: number | null;
  ended: number | null;
}

/** Estimates the time left of a plan from the steps done so far. `now` is a clock in milliseconds. */
export function stepClock(runs: readonly PlannedRun[], jobs: number, now: () => number = Date.now) {
  const accounts = new Map(
    runs.map(({ id, spec: { recipe } }): [string, Account] => {
      const kind = `${recipe.paper} ${recipe.method.name}`;
      return [id, { kind, stepsLeft: recipe.schedule.steps, stepsDone: 0, begun: null, ended: null }];
    }),
  );

  return {
    note(progress: RunProgress): void {
      const account = accounts.get(progress.id);
      if (!account) return;
      if (progress.kind === 'started') {
        account.begun = now();
        account.stepsLeft = progress.steps - progress.fromStep;
      } else if (progress.kind === 'step') {
        account.stepsLeft = progress.steps - progress.step;
        account.stepsDone++;
      }
    },
    settle(id: string): void {
      const account = accounts.get(id);
      if (!account) return;
      account.stepsLeft = 0;
      account.ended = now();
    },
    /** Seconds: the steps left of each kind at that kind's pace (at the common one if none was done yet), spread over the jobs. */
    left(): { stepsLeft: number; secondsLeft: number | null } {
      const all = [...accounts.values()];
      const stepsLeft = all.reduce((sum, account) => sum + account.stepsLeft, 0);
      const common = pace(all, now());
      if (common === null) return { stepsLeft, secondsLeft: null };
      const kinds = new Map<string, Account[]>();
      for (const account of all) kinds.set(account.kind, [...(kinds.get(account.kind) ?? []), account]);
      const seconds = [...kinds.values()].reduce((sum, accounts) => {
        const steps = accounts.reduce((count, account) => count + account.stepsLeft, 0);
        return sum + steps * (pace(accounts, now()) ?? common);
      }, 0);
      const unfinished = all.filter((account) => account.stepsLeft > 0).length;
      return { stepsLeft, secondsLeft: seconds / Math.max(1, Math.min(jobs, unfinished)) };
    },
  };
}

/** Seconds per step, evaluation included; null before the first step. */
function pace(accounts: readonly Account[], now: number): number | null {
  const steps = accounts.reduce((sum, { stepsDone }) => sum + stepsDone, 0);
  const busy = accounts.reduce((sum, { begun, ended }) => sum + (begun === null ? 0 : (ended ?? now) - begun), 0);
  return steps === 0 ? null : busy / 1000 / steps;
}
