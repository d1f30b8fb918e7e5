import {
  datasetsOfRuns,
  plan,
  planCost,
  runId,
  type Experiment,
  type OverheadFile,
  type PlannedRun,
  type RunResult,
  type Tier,
} from '@distillery/lab';
import { verdictsOf } from './claims/best-verdicts';
import { runsOfArm, type Cohort } from './cohort';
import { count, duration } from './format';
import { html, type Content } from './html';

/**
 * Whether an experiment has something of its own to show: a claim of it was compared, or it has a run that no experiment before it shows. Many experiments share the
 * student alone; where that is all they have, they were not run.
 */
export function wasRun(cohort: Cohort, experiment: Experiment): boolean {
  const { paper, experiments } = cohort;
  const claims = paper.directions.filter((claim) => claim.experiment === experiment.id);
  if (claims.some((claim) => verdictsOf(cohort, claim).overall.n > 0)) return true;
  const shown = new Set(experiments.slice(0, experiments.indexOf(experiment)).flatMap((before) => runsOf(cohort, before)));
  return runsOf(cohort, experiment).some((run) => !shown.has(run));
}

function runsOf({ runs }: Cohort, { arms }: Experiment): RunResult[] {
  return arms.flatMap((arm) => runsOfArm(runs, arm).runs);
}

/** The experiments of the first, strongest cohort that none of them ran. */
export function notRun(cohorts: readonly Cohort[]): Experiment[] {
  const run = new Set(
    cohorts.flatMap((cohort) => cohort.experiments.filter((experiment) => wasRun(cohort, experiment)).map(({ id }) => id)),
  );
  return (cohorts[0]?.experiments ?? []).filter(({ id }) => !run.has(id));
}

/** The experiments of a cohort that were not run, in one folded line with the command that runs them and what it would take. `content`: what was published there. */
export function notRunSection(cohort: Cohort, missing: readonly Experiment[], overhead: OverheadFile | null, content: Content): Content {
  if (missing.length === 0) return null;
  const { paper } = cohort;
  const whole = missing.length === cohort.experiments.length;
  return html`<details class="folded not-run wide" id="not-run">
    <summary>
      Not run: ${whole ? 'all' : `${missing.length} of`} ${count(cohort.experiments.length, 'experiment')}
      (${estimate(cohort, missing, overhead)}): <code class="command">npx distillery reproduce ${paper.id} --tier ${tierOf(cohort)}</code>
    </summary>
    <p class="small muted">
      Finished runs are not repeated. What was published on these experiments, and the arms that they share with others:
    </p>
    <section aria-labelledby="not-run-title">
      <h2 class="visually-hidden" id="not-run-title">Not run</h2>
      ${content}
    </section>
  </details>`;
}

/** The tier at which what is missing is to be run: that of the runs there are, else the cheapest that is evidence. */
function tierOf({ runs, tier }: Cohort): Tier {
  return runs.length > 0 ? tier : 'small';
}

/** Time of training on one core, from measured steps of the same paper; says so where none was measured. */
function estimate(cohort: Cohort, missing: readonly Experiment[], overhead: OverheadFile | null): string {
  const planned = missingRuns(cohort, missing, overhead?.engine ?? 'onnx');
  const costs = planCost(planned, { runs: cohort.runs, overhead });
  const hours = costs.reduce((sum, { coreHours }) => sum + coreHours, 0);
  const unmeasured = costs.some((cost) => cost.unmeasured.length > 0);
  if (hours === 0) return `${count(planned.length, 'run')}, how long they take was not measured yet`;
  return `${count(planned.length, 'run')}, ${unmeasured ? 'at least' : 'about'} ${duration(3600 * hours)} of training on one core`;
}

/** The runs of experiments that are not finished, under as many seeds as the others. */
function missingRuns(cohort: Cohort, missing: readonly Experiment[], engine: string): PlannedRun[] {
  const { paper, runs, train, evaluate } = cohort;
  const datasets = runs.length > 0 ? datasetsOfRuns(paper, runs) : { train, evaluate };
  const seeds = runs.length > 0 ? new Set(runs.map(({ spec }) => spec.seed)).size : undefined;
  const options = { engine: runs[0]?.spec.engine ?? engine, datasets, seeds };
  // Some experiments are of one tier alone.
  const there = new Set(paper.experiments(tierOf(cohort), datasets).map(({ id }) => id));
  const planned = missing.filter(({ id }) => there.has(id)).flatMap(({ id }) => plan([paper], tierOf(cohort), { ...options, table: id }));
  const finished = new Set(runs.map(({ spec }) => runId(spec)));
  return [...new Map(planned.filter(({ id }) => !finished.has(id)).map((run) => [run.id, run])).values()];
}
