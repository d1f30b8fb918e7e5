import type { RunResult } from '@distillery/lab';
import { METRIC_IDS } from '@distillery/metrics';
import { UserError } from '@distillery/tensor';
import { showTable } from '../display/show-table';
import { columnOf } from './metric-column';
import { performAll } from './perform';
import { scoreOf } from './scores';
import { experimentOf, type Session } from './session';

/**
 * Performs the runs of an experiment, or of its arms called `only`, and shows every arm's mean scores on the first data set that it is tested on. Returns the results by
 * arm. Throws UserError for an unknown experiment or arm.
 */
export async function showExperiment(session: Session, id: string, only?: readonly string[]): Promise<Map<string, RunResult>> {
  const { arms: all, title } = experimentOf(session, id);
  const unknown = only?.find((wanted) => !all.some(({ arm }) => arm === wanted));
  if (unknown !== undefined)
    throw new UserError(`experiment ${id} has no arm '${unknown}', expected ${all.map(({ arm }) => arm).join(', ')}`);
  const arms = all.filter(({ arm }) => only?.includes(arm) ?? true);
  const results = await performAll(
    session,
    title,
    arms.map(({ recipe }) => recipe),
  );
  const rows = arms.map(({ arm, network, label, recipe }) => {
    const dataset = recipe.data.evaluate[0] as string;
    const score = (metric: (typeof METRIC_IDS)[number]) => scoreOf(results.get(arm) as RunResult, network, { dataset, metric });
    return { label, dataset, scores: METRIC_IDS.map((metric) => [metric, score(metric)] as const) };
  });
  showTable(
    rows.map(({ label, dataset, scores }) => ({
      arm: label,
      'tested on': dataset,
      ...Object.fromEntries(scores.map(([metric, value]) => [columnOf(metric), value ?? 'not measured'])),
    })),
    { digits: 3, caption: `x${arms[0]?.recipe.scale ?? ''}, ${session.tier} tier, seed ${session.seed}` },
  );
  return results;
}
