import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRun, performRun, plan, type Paper, type RunProgress, type RunSpec } from '@distillery/lab';
import { Interrupted, setInterruptSignal, useEngine, UserError } from '@distillery/tensor';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TINY, TINY_MODULE } from '../../../lab/test/fixtures/tiny';
import { moduleOfPaper, performSideBySide } from '../../src/experiment/side-by-side';

let folder = '';
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'side-by-side-')));
});
afterEach(async () => {
  vi.restoreAllMocks();
  setInterruptSignal(new AbortController().signal);
  await rm(folder, { recursive: true });
});

const [onProgress, onDone] = [vi.fn<(event: RunProgress) => void>(), vi.fn()];
const specs = (table: string, ...arms: string[]): RunSpec[] =>
  plan([TINY], 'smoke', { table, engine: 'wasm', datasets: { train: 'procedural', evaluate: [] } }).flatMap(({ spec }) =>
    arms.includes(spec.recipe.arm) ? [spec] : [],
  );
const place = (runsDir: string) => ({ dataDir: null, runsDir, papers: [TINY] });
const side = (runsDir: string) => ({
  jobs: 2,
  dataDir: null,
  runsDir,
  papersModules: [{ entry: TINY_MODULE, from: null }],
  onProgress,
  onDone,
});

it('makes the runs that this process would make, and what they start from once', { timeout: 300_000 }, async () => {
  const wanted = specs('good', 'scratch', 'tuned', 'tuned-too');
  expect(wanted).toHaveLength(3);
  onDone.mockClear();
  await performSideBySide(wanted, side(join(folder, 'side')));
  expect(onDone).toHaveBeenCalledTimes(3);
  const heard = onProgress.mock.calls.flatMap(([{ kind, id }]) => (kind === 'step' ? [id] : []));
  expect(new Set(heard)).toEqual(new Set(['scratch', 'start', 'tuned', 'tuned-too'].map((arm) => `tiny/smoke/${arm}-x2/0`)));
  await useEngine('wasm');
  for (const spec of wanted) {
    const found = await findRun(spec, place(join(folder, 'side')));
    const here = await performRun(spec, place(join(folder, 'here')));
    expect(found?.result.evaluations).toEqual(here.evaluations);
    expect(found?.result.curves).toEqual(here.curves);
  }
});

it('stops at the first failure, which it throws, and at an interrupt', { timeout: 300_000 }, async () => {
  const crash = performSideBySide(specs('bad', 'crash', 'scratch'), { ...side(folder), jobs: 1 });
  await expect(crash).rejects.toThrow(new UserError('tiny/smoke/crash-x2/0: its worker process ended (killed by SIGKILL)'));
  expect(await findRun(specs('bad', 'scratch')[0] as RunSpec, place(folder))).toBeNull();
  const controller = new AbortController();
  setInterruptSignal(controller.signal);
  setTimeout(() => controller.abort(new Interrupted()), 200);
  await expect(performSideBySide(specs('good', 'scratch', 'tuned'), side(join(folder, 'side')))).rejects.toThrow(
    new Interrupted('interrupted in 2 of 2 runs, which go on from their last checkpoints when they are asked for again'),
  );
});

it('finds the module of a paper as cells load it, and none of one that was changed or not loaded', async () => {
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
  expect(moduleOfPaper(TINY)).toBeNull();
  const own = join(folder, 'node_modules', '@distillery', 'papers');
  await mkdir(own, { recursive: true });
  await writeFile(join(own, 'index.js'), "module.exports = { PAPERS: { csd: { id: 'csd' } } };");
  const { PAPERS } = createRequire(join(folder, 'cell.js'))('@distillery/papers') as { PAPERS: { csd: Paper } };
  expect(moduleOfPaper(PAPERS.csd)).toEqual({ entry: join(own, 'index.js'), from: null });
  expect(moduleOfPaper({ ...PAPERS.csd })).toBeNull();
  expect(moduleOfPaper(TINY)).toBeNull();
});
