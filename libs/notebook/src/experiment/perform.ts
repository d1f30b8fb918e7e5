import { isDeepStrictEqual } from 'node:util';
import type { Deployed } from '@distillery/distill';
import {
  defaultJobs,
  deployRun,
  findRun,
  performRun,
  prepareRun,
  runId,
  type Recipe,
  type RunProgress,
  type RunResult,
} from '@distillery/lab';
import { UserError } from '@distillery/tensor';
import { livePlot, type LivePlot } from '../display/live-plot';
import { liveProgress } from '../display/live-progress';
import { runsUnderWay, type RunsUnderWay } from './runs-under-way';
import type { Session } from './session';
import { moduleOfPaper, performSideBySide } from './side-by-side';

/**
 * Performs one run per arm, side by side where there are processors for it, under one live bar, and returns the results by arm. A run that is finished already is only read. Throws
 * UserError for two different recipes of one arm, and as `performRun` does.
 */
export async function performAll(session: Session, title: string, recipes: readonly Recipe[]): Promise<Map<string, RunResult>> {
  const byArm = new Map<string, Recipe>();
  for (const recipe of recipes) {
    const { arm } = recipe;
    if (!isDeepStrictEqual(byArm.get(arm) ?? recipe, recipe)) throw new UserError(`arm '${arm}': several recipes, expected one`);
    byArm.set(arm, recipe);
  }
  const finished = new Map<string, RunResult>();
  for (const [arm, recipe] of byArm) {
    const result = await finishedRun(session, recipe);
    if (result) finished.set(arm, result);
  }
  const missing = [...byArm.values()].filter(({ arm }) => !finished.has(arm));
  await performMissing(session, missing, runsUnderWay(liveProgress(byArm.size, title, 'run', finished.size), finished.size));
  const results = new Map<string, RunResult>();
  for (const [arm, recipe] of byArm) results.set(arm, finished.get(arm) ?? (await resultOfRun(session, recipe)));
  return results;
}

/** Side by side where there are several, processors for them, and a paper that other processes can load; else one after another in this process. */
async function performMissing(session: Session, recipes: readonly Recipe[], { onProgress, onDone }: RunsUnderWay): Promise<void> {
  const jobs = Math.min(recipes.length, defaultJobs());
  const papersModule = jobs > 1 ? moduleOfPaper(session.paper) : null;
  const specs = recipes.map((recipe) => specOf(session, recipe));
  if (papersModule) return performSideBySide(specs, { jobs, ...placeOf(session), papersModules: [papersModule], onProgress, onDone });
  for (const spec of specs) {
    await performRun(spec, { ...placeOf(session), onProgress });
    onDone();
  }
}

/**
 * Performs a run with a live bar and a live plot of its losses, or of those called `wanted`, and one of its networks' PSNR on the validation set. Of a finished run it shows the curves
 * that were kept.
 */
export async function performLive(session: Session, title: string, recipe: Recipe, wanted?: readonly string[]): Promise<RunResult> {
  const { steps } = recipe.schedule;
  const finished = await finishedRun(session, recipe);
  const progress = liveProgress(steps, title, 'step', finished ? steps : 0);
  const plot = livePlot({ title });
  const show = (step: number, losses: Readonly<Record<string, number>>): void => {
    const chosen = Object.fromEntries(Object.entries(losses).filter(([loss]) => wanted?.includes(loss) ?? true));
    progress.step(step, chosen);
    plot.add(step, chosen);
  };
  const validation = livePlot({ title: `${title}: PSNR on the validation set (dB)`, yAxis: 'linear' });
  const id = runId(specOf(session, recipe));
  let live = false;
  const onProgress = (event: RunProgress): void => {
    // Those that it starts from report as well.
    if (event.id !== id) return;
    if (event.kind === 'validated') validation.add(event.step, event.psnr);
    if (event.kind !== 'step') return;
    live = true;
    show(event.step, event.losses);
  };
  const result = finished ?? (await performRun(specOf(session, recipe), { ...placeOf(session), onProgress }));
  // Nothing was trained either where another process finished the run meanwhile.
  if (!live) {
    showCurves(result, show);
    showValidation(result, validation.add);
  }
  plot.done();
  validation.done();
  return result;
}

function showValidation({ validation }: RunResult, show: LivePlot['add']): void {
  for (const [name, points] of Object.entries(validation?.networks ?? {})) for (const [step, psnr] of points) show(step, { [name]: psnr });
}

function showCurves({ curves }: RunResult, show: (step: number, losses: Record<string, number>) => void): void {
  const [first = []] = Object.values(curves);
  first.forEach(([step], i) => {
    show(step, Object.fromEntries(Object.entries(curves).map(([loss, points]) => [loss, points[i]?.[1] ?? NaN])));
  });
}

/** What the run came to where it is finished, whichever engine made it, said if that is not the session's; else null. */
async function finishedRun(session: Session, recipe: Recipe): Promise<RunResult | null> {
  const spec = specOf(session, recipe);
  const found = await findRun(spec, placeOf(session));
  if (!found) return null;
  const { engine } = found.result.spec;
  if (engine !== session.engine) console.log(`${runId(spec)}: the finished run of engine ${engine}`);
  return found.result;
}

/** Where a run lies, finished or not. */
export async function folderOfRun(session: Session, recipe: Recipe): Promise<string> {
  const spec = specOf(session, recipe);
  return ((await findRun(spec, placeOf(session))) ?? (await prepareRun(spec, placeOf(session)))).folder;
}

/** What a finished run came to. Throws UserError if it is not finished. */
export async function resultOfRun(session: Session, recipe: Recipe): Promise<RunResult> {
  const found = await findRun(specOf(session, recipe), placeOf(session));
  if (!found) throw new UserError(`run of ${recipe.arm}: not finished`);
  return found.result;
}

/** The networks of a finished run by role. The caller owns their tensors. Throws UserError if the run is not finished. */
export async function networksOfRun(session: Session, recipe: Recipe): Promise<Readonly<Record<string, Deployed>>> {
  return deployRun(await folderOfRun(session, recipe), session.engine, [session.paper]);
}

function specOf({ seed, engine }: Session, recipe: Recipe) {
  return { recipe, seed, engine };
}

function placeOf({ dataDir, runsDir, paper }: Session) {
  return { dataDir, runsDir, papers: [paper] };
}
