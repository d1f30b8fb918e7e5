import type { PlannedRun } from '../experiment/plan';
import type { RunProgress } from '../perform/progress';

/** What one run has cost so far. */
interface Account {
  /** Runs of a kind take about as long per step: same paper and method. */
  readonly kind: Kind;
  stepsLeft: number;
  begun: number | null;
  settled: boolean;
}

/** Sums over the runs of a kind, so that asking for the time left does not go through a million runs. */
interface Kind {
  stepsLeft: number;
  stepsDone: number;
  /** Milliseconds that settled runs took. */
  ended: number;
  /** Runs that have begun and are not settled, and the sum of when they began. */
  running: number;
  begun: number;
}

/** Estimates the time left of a plan from the steps done so far. `now` is a clock in milliseconds. */
export function stepClock(runs: readonly PlannedRun[], jobs: number, now: () => number = Date.now) {
  const kinds = new Map<string, Kind>();
  const accounts = new Map<string, Account>();
  let unfinished = 0;
  for (const { id, spec } of runs) {
    const { paper, method, schedule } = spec.recipe;
    const name = `${paper} ${method.name}`;
    let kind = kinds.get(name);
    if (!kind) kinds.set(name, (kind = { stepsLeft: 0, stepsDone: 0, ended: 0, running: 0, begun: 0 }));
    const account: Account = { kind, stepsLeft: 0, begun: null, settled: false };
    accounts.set(id, account);
    setLeft(account, schedule.steps);
  }

  function setLeft(account: Account, steps: number): void {
    unfinished += Number(steps > 0) - Number(account.stepsLeft > 0);
    account.kind.stepsLeft += steps - account.stepsLeft;
    account.stepsLeft = steps;
  }

  return {
    note(progress: RunProgress): void {
      const account = accounts.get(progress.id);
      if (!account) return;
      if (progress.kind === 'started') {
        const { kind, begun } = account;
        if (begun === null) kind.running++;
        else kind.begun -= begun;
        account.begun = now();
        kind.begun += account.begun;
        setLeft(account, progress.steps - progress.fromStep);
      } else if (progress.kind === 'step') {
        setLeft(account, progress.steps - progress.step);
        account.kind.stepsDone++;
      }
    },
    settle(id: string): void {
      const account = accounts.get(id);
      if (!account || account.settled) return;
      account.settled = true;
      setLeft(account, 0);
      if (account.begun === null) return;
      account.kind.running--;
      account.kind.begun -= account.begun;
      account.kind.ended += now() - account.begun;
    },
    /** Seconds: the steps left of each kind at that kind's pace (at the common one if none was done yet), spread over the jobs. */
    left(): { stepsLeft: number; secondsLeft: number | null } {
      const all = [...kinds.values()];
      const stepsLeft = all.reduce((sum, kind) => sum + kind.stepsLeft, 0);
      const at = now();
      const common = pace(all, at);
      if (common === null) return { stepsLeft, secondsLeft: null };
      const seconds = all.reduce((sum, kind) => sum + kind.stepsLeft * (pace([kind], at) ?? common), 0);
      return { stepsLeft, secondsLeft: seconds / Math.max(1, Math.min(jobs, unfinished)) };
    },
  };
}

/** Seconds per step, evaluation included; null before the first step. */
function pace(kinds: readonly Kind[], now: number): number | null {
  const steps = kinds.reduce((sum, { stepsDone }) => sum + stepsDone, 0);
  const busy = kinds.reduce((sum, { ended, running, begun }) => sum + ended + running * now - begun, 0);
  return steps === 0 ? null : busy / 1000 / steps;
}
