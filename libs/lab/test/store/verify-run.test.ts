import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performRun, runFiles, runFoldersIn, verifyRun } from '@distillery/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TINY, tinySpec } from '../fixtures/tiny';

/** What a run leaves that is stopped after its second checkpoint. */
async function unfinished(runsDir: string): Promise<string> {
  const stop = new AbortController();
  const run = performRun(tinySpec('scratch'), {
    dataDir: null,
    runsDir,
    papers: [TINY],
    signal: stop.signal,
    onProgress: (event) => void (event.kind === 'step' && event.step === 9 && stop.abort(new Error('stopped'))),
  });
  await expect(run).rejects.toThrow('stopped');
  return (await runFoldersIn(runsDir))[0] as string;
}

describe('verifyRun', () => {
  let folder = '';
  let finished = '';
  let half = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'distillery-verify-'));
    const runsDir = join(folder, 'finished');
    await performRun(tinySpec('start'), { dataDir: null, runsDir, papers: [TINY] });
    finished = (await runFoldersIn(runsDir))[0] as string;
    half = await unfinished(join(folder, 'unfinished'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('finds nothing wrong with what is intact', async () => {
    expect(await verifyRun(finished)).toEqual({ state: 'finished', damage: [] });
    expect(await verifyRun(half)).toEqual({ state: 'unfinished', damage: [] });
  });

  it('has a line for each damaged file of a finished run, and of one to be continued', async () => {
    for (const folder of [finished, half]) {
      for (const name of await readdir(folder)) {
        const path = join(folder, name);
        const before = await readFile(path);
        await truncate(path, Math.floor(before.length / 2));
        const { damage } = await verifyRun(folder);
        await writeFile(path, before);
        expect(damage, name).toHaveLength(1);
        expect(damage[0]).toContain(path);
        expect(damage[0]).not.toContain('\n');
      }
    }
    const { checkpoint, metrics } = runFiles(finished);
    await rm(checkpoint);
    await truncate(metrics, 10);
    expect((await verifyRun(finished)).damage.map((line) => line.split(' ')[0]).sort()).toEqual([checkpoint, metrics].sort());
  });

  it('leaves a run alone that is being worked on', async () => {
    await writeFile(`${half}.lock`, 'x');
    await truncate(runFiles(half).checkpoint, 0);
    expect(await verifyRun(half)).toEqual({ state: 'in progress', damage: [] });
  });
});
