import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from '@distillery/data';
import { performRun, runFiles, storedRuns, type RunSpec, type StoredRun } from '@distillery/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TINY, tinySpec } from '../fixtures/tiny';

let runsDir = '';
/** A finished run and the one it started from, and one that was stopped in its third step. */
beforeAll(async () => {
  runsDir = await mkdtemp(join(tmpdir(), 'distillery-stored-'));
  const place = { dataDir: null, runsDir, papers: [TINY] };
  await performRun(tinySpec('tuned'), place);
  const stop = new AbortController();
  const onProgress = (event: { kind: string; step?: number }): void => void (event.step === 3 && stop.abort(new Error('stopped')));
  await performRun(tinySpec('scratch'), { ...place, signal: stop.signal, onProgress }).catch(() => undefined);
}, 120_000);
afterAll(() => rm(runsDir, { recursive: true }));

const look = (spec: RunSpec, paper = TINY): Promise<StoredRun> => storedRuns(runsDir, [paper]).look(spec);
const only = async (arm: string): Promise<string> => {
  const cell = join(runsDir, 'tiny', `${arm}-x2`);
  return join(cell, (await readdir(cell)).find((name) => /-[0-9a-f]{12}$/.test(name)) as string);
};

describe('storedRuns', () => {
  it('finds what is finished, what was stopped and at which step, and what is not there, without an engine or data', async () => {
    for (const name of ['start', 'tuned'] as const) expect(await look(tinySpec(name))).toMatchObject({ state: 'finished', step: 10 });
    expect(await look(tinySpec('scratch'))).toEqual({ state: 'interrupted', folder: await only('scratch'), step: 3, holder: null });
    expect((await look(tinySpec('tunedToo'))).state).toBe('missing');
  });

  it('takes no run of another seed, engine, recipe or tier for the same', async () => {
    const spec = tinySpec('start');
    const others = [{ ...spec, seed: 2 }, { ...spec, engine: 'onnx' }, tinySpec('start', { tier: 'small' })];
    for (const other of others) expect((await look(other)).state).toBe('missing');
    expect((await storedRuns(runsDir, [TINY], 'tf32').look(spec)).state).toBe('missing');
  });

  it('takes no run of an older version of its paper, nor one that started from such a run', async () => {
    for (const name of ['start', 'tuned'] as const) expect((await look(tinySpec(name), { ...TINY, version: 7 })).state).toBe('missing');
  });

  it('says who works on a run, and that a dead process does not', async () => {
    const lock = `${await only('scratch')}.lock`;
    await withLock(lock, async () => {
      expect(await look(tinySpec('scratch'))).toMatchObject({
        state: 'running',
        holder: expect.stringContaining(`process ${process.pid} on `),
      });
    });
    await withLock(lock, async () => {
      const text = await readFile(lock, 'utf8');
      // No process has this number.
      await writeFile(lock, text.replace(`"pid":${process.pid}`, '"pid":4194305'));
    });
    expect(await look(tinySpec('scratch'))).toMatchObject({ state: 'interrupted', holder: null });
    await rm(lock);
  });

  it('passes over a damaged run, and other files', async () => {
    const cell = join(runsDir, 'tiny', 'start-too-x2');
    await mkdir(join(cell, `1-${'0'.repeat(12)}`), { recursive: true });
    await writeFile(runFiles(join(cell, `1-${'0'.repeat(12)}`)).run, '{');
    await writeFile(join(cell, 'notes.txt'), '');
    expect((await look(tinySpec('startToo'))).state).toBe('missing');
  });

  it('knows the time of a step from finished runs of the arm, else of the method', async () => {
    const stored = storedRuns(runsDir, [TINY]);
    const spec = tinySpec('start');
    expect(stored.stepSeconds(spec)).toBeNull();
    await stored.noteTime(spec, await stored.look(spec));
    const { trainSeconds } = JSON.parse(await readFile(runFiles(await only('start')).timing, 'utf8')) as { trainSeconds: number };
    for (const name of ['start', 'scratch'] as const) expect(stored.stepSeconds(tinySpec(name))).toBe(trainSeconds / 10);
    expect(stored.stepSeconds(tinySpec('joined'))).toBeNull();
  });
});
