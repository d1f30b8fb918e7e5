import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { isFinished, plan, readRun, runPlan, type ScheduleEvent } from '@distillery/lab';
import { UserError } from '@distillery/tensor';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { TINY, TINY_MODULE } from '../fixtures/tiny';

const runs = (table: string) => plan([TINY], 'smoke', { table, engine: 'wasm', datasets: { train: 'procedural', evaluate: [] } });
const setup = async () => ({
  jobs: 2,
  dataDir: null,
  runsDir: await temporaryFolder(),
  papersModules: [{ entry: TINY_MODULE, from: null }],
});

afterEach(() => vi.unstubAllEnvs());

describe('runPlan', () => {
  it('performs the runs in worker processes, tells progress, and skips them the next time', { timeout: 300_000 }, async () => {
    const options = await setup();
    const events: ScheduleEvent[] = [];
    const outcomes = await runPlan(runs('good'), { ...options, onEvent: (event) => events.push(event) });
    expect(outcomes.map(({ run, outcome }) => [run.id, outcome])).toEqual([
      ['tiny/smoke/scratch-x2/0', 'finished'],
      ['tiny/smoke/start-x2/0', 'finished'],
      ['tiny/smoke/tuned-x2/0', 'finished'],
      ['tiny/smoke/tuned-too-x2/0', 'finished'],
    ]);
    for (const { folder, run } of outcomes) expect((await readRun(folder as string)).spec).toEqual(run.spec);

    const steps = events.filter(({ kind }) => kind === 'step');
    expect(steps).toHaveLength(40);
    expect(steps[0]?.overall).toMatchObject({ runs: 4, settled: 0, failed: 0, stepsLeft: 39 });
    expect(steps.every(({ overall }) => (overall.secondsLeft as number) >= 0)).toBe(true);
    expect(events.at(-1)).toMatchObject({ kind: 'settled', overall: { settled: 4, stepsLeft: 0, secondsLeft: 0 } });
    const position = (kind: string, arm: string): number =>
      events.findIndex((event) => event.kind === kind && event.id.includes(`/${arm}-`));
    expect(position('started', 'tuned')).toBeGreaterThan(position('settled', 'start'));
    expect(position('started', 'tuned-too')).toBeGreaterThan(position('settled', 'start'));

    const again = await runPlan(runs('good'), options);
    expect(again.map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped', 'skipped', 'skipped']);
  });

  it('goes on with an interrupted --fresh where it was, and begins a new one with the first run', { timeout: 300_000 }, async () => {
    const options = { ...(await setup()), jobs: 1, fresh: true };
    await runPlan(runs('joined'), { ...options, fresh: false });
    const stop = new AbortController();
    const onEvent = (event: ScheduleEvent): void => void (event.kind === 'settled' && stop.abort(new Error('stopped')));
    const outcomesOf = async (change: object) => (await runPlan(runs('joined'), { ...options, ...change })).map(({ outcome }) => outcome);
    expect(await outcomesOf({ onEvent, signal: stop.signal })).toEqual(['finished', 'interrupted', 'interrupted']);
    expect(await outcomesOf({})).toEqual(['skipped', 'finished', 'finished']);
    expect(await outcomesOf({})).toEqual(['finished', 'finished', 'finished']);
  });

  it('makes the runs that one starts from side by side, and that one when all are there', { timeout: 300_000 }, async () => {
    const options = await setup();
    vi.stubEnv('TINY_MEETING', options.runsDir);
    const events: ScheduleEvent[] = [];
    const outcomes = await runPlan(runs('met'), { ...options, onEvent: (event) => events.push(event) });
    // Each of the two starts only goes on when the other has begun.
    expect(outcomes.map(({ run, outcome, error }) => [run.id, outcome, error])).toEqual([
      ['tiny/smoke/meets-b-x2/0', 'finished', null],
      ['tiny/smoke/meets-a-x2/0', 'finished', null],
      ['tiny/smoke/met-x2/0', 'finished', null],
    ]);
    expect(events.find(({ kind, id }) => kind === 'started' && id === 'tiny/smoke/met-x2/0')?.overall.settled).toBe(2);

    const again = await runPlan(runs('met'), options);
    expect(again.map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped', 'skipped']);
  });

  it('does not make a run of which one start fails, and says so in one line', { timeout: 300_000 }, async () => {
    const outcomes = await runPlan(runs('half-bad'), await setup());
    expect(outcomes.map(({ run, outcome, error }) => [run.spec.recipe.arm, outcome, error])).toEqual([
      ['start', 'finished', null],
      ['broken', 'failed', 'a mistake in the code'],
      ['joined-broken', 'failed', 'not started: tiny/smoke/broken-x2/0, from which it starts, failed'],
    ]);
  });

  it('goes on when a run fails or its worker dies', { timeout: 300_000 }, async () => {
    const outcomes = await runPlan(runs('bad'), await setup());
    const byArm = Object.fromEntries(outcomes.map(({ run, ...rest }) => [run.spec.recipe.arm, rest]));
    expect(byArm.scratch?.outcome).toBe('finished');
    expect(byArm.crash).toMatchObject({ outcome: 'failed', error: 'its worker process ended (killed by SIGKILL)' });
    expect(byArm.broken).toMatchObject({
      outcome: 'failed',
      error: 'a mistake in the code',
      stack: expect.stringContaining('tiny-paper.cjs') as string,
    });
    expect(byArm['after-broken']).toMatchObject({
      outcome: 'failed',
      error: 'not started: tiny/smoke/broken-x2/0, from which it starts, failed',
    });
  });

  it('stops cleanly: runs in progress are interrupted and continue the next time', { timeout: 300_000 }, async () => {
    const options = await setup();
    const controller = new AbortController();
    const stopAt = (event: ScheduleEvent): void => {
      if (event.kind === 'step' && event.id.includes('/scratch-') && event.step === 5) controller.abort();
    };
    const stopped = await runPlan(runs('good'), { ...options, jobs: 1, signal: controller.signal, onEvent: stopAt });
    expect(stopped.map(({ outcome }) => outcome)).toEqual(['interrupted', 'interrupted', 'interrupted', 'interrupted']);

    const events: ScheduleEvent[] = [];
    const outcomes = await runPlan(runs('good'), { ...options, onEvent: (event) => events.push(event) });
    expect(outcomes.every(({ outcome, folder }) => outcome === 'finished' && isFinished(folder as string))).toBe(true);
    const resumed = events.find((event) => event.kind === 'started' && event.id.includes('/scratch-'));
    expect(resumed).toMatchObject({ fromStep: expect.any(Number) as number });
    expect((resumed as { fromStep: number }).fromStep).toBeGreaterThanOrEqual(4);
    expect(events.some(({ kind }) => kind === 'waiting')).toBe(false);
  });

  it('says in one line per run that the folder cannot be written to', { timeout: 300_000 }, async () => {
    const options = await setup();
    await writeFile(join(options.runsDir, 'tiny'), '');
    const [outcome] = await runPlan(runs('good').slice(0, 1), options);
    expect(outcome).toMatchObject({ outcome: 'failed', stack: null });
    expect(outcome?.error).toMatch(/^cannot make the folder .*scratch-x2: a file stands in its way$/);
  });

  it('refuses a number of jobs below 1', async () => {
    await expect(runPlan([], { ...(await setup()), jobs: 0 })).rejects.toThrow(UserError);
  });
});
