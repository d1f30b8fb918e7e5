import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isFinished, readRun, runFiles, runFolder, type Provenance, type RunResult } from '@distillery/lab';
import { UserError } from '@distillery/tensor';
import { describe, expect, it } from 'vitest';
import { beginSession, freshFolder, recoverReplacement, replaceByFresh, writeOutcome, writeTiming } from '../../src/store/run-store';
import { makeEvaluation, makeResult, makeSpec } from '../fixtures/results';
import { temporaryFolder } from '../fixtures/temporary-folder';

const cost = { network: 'student', parameters: 10, multiplyAdds: 100, inputShape: [48, 48], latencyMs: 2.5, latencyPasses: 5 } as const;
const result = makeResult(makeSpec(), [makeEvaluation([30, 31])], { costs: [cost], trainSeconds: 12.5 });

/** Held by nobody else. */
const LOCK = { requireHeld: async (): Promise<void> => undefined };

/** Leaves in `folder` what a finished run leaves. */
async function finish(
  folder: string,
  { hash, spec, provenance, evaluations, curves, validation, crops }: RunResult = result,
): Promise<void> {
  await beginSession(folder, { hash, spec }, provenance, LOCK);
  const { latencyMs, latencyPasses, ...computed } = cost;
  const { metrics, validation: log, checkpoint } = runFiles(folder);
  await writeFile(metrics, '{"step":1,"losses":{}}\n');
  if (validation) await writeFile(log, '{"step":1,"psnr":{"student":30}}\n');
  await writeFile(checkpoint, 'tensors');
  await writeTiming(folder, { schema: 2, trainSeconds: 12.5, latencies: { student: { latencyMs, latencyPasses } } }, LOCK);
  await writeOutcome(folder, { hash, evaluations, costs: [computed], curves, validation, crops }, LOCK);
}

describe('readRun', () => {
  it('puts the files of a finished run together', async () => {
    const folder = runFolder(await temporaryFolder(), result.spec, result.hash);
    expect(folder).toMatch(/\/tiny\/plain-x2\/0-[0-9a-f]{12}$/);
    expect(isFinished(folder)).toBe(false);
    await finish(folder);
    expect(isFinished(folder)).toBe(true);
    expect(await readRun(folder)).toEqual(result);
  });

  it('names a file that is missing, and one of another run', async () => {
    const folder = join(await temporaryFolder(), 'run');
    await mkdir(folder);
    await expect(readRun(folder)).rejects.toThrow(
      new UserError(`${runFiles(folder).run} is missing: use --fresh to make the run again, which replaces ${folder} once it is complete`),
    );
    await finish(folder);
    await writeOutcome(folder, { hash: '0'.repeat(64), evaluations: [], costs: [], curves: {}, crops: [] }, LOCK);
    await expect(readRun(folder)).rejects.toThrow('result.json is of another run');
  });
});

describe('readRun without a checkpoint', () => {
  it('reads what came home for a report, and only if that is said', async () => {
    const folder = await temporaryFolder();
    await finish(folder);
    await rm(runFiles(folder).checkpoint);
    expect(await readRun(folder, { withoutCheckpoint: true })).toEqual(result);
    await expect(readRun(folder)).rejects.toThrow(`${runFiles(folder).checkpoint} is missing: use --fresh`);
  });
});

describe('beginSession', () => {
  const session = (gitCommit: string, gitDirty = false): Provenance => ({ ...result.provenance, gitCommit, gitDirty });
  const begin = (folder: string, provenance: Provenance) =>
    beginSession(folder, { hash: result.hash, spec: result.spec }, provenance, LOCK);

  it('remembers the commits of earlier sessions once there is a checkpoint of theirs', async () => {
    const folder = await temporaryFolder();
    await begin(folder, session('left nothing'));
    await begin(folder, session('aaa'));
    await writeFile(runFiles(folder).checkpoint, '');
    await begin(folder, session('aaa', true));
    await begin(folder, session('aaa', true));
    await finish(folder, { ...result, provenance: session('bbb') });
    const { provenance } = await readRun(folder);
    expect(provenance).toEqual({ ...session('bbb'), earlierCommits: ['aaa', 'aaa-dirty'] });
  });

  it('gives what the first session registered: a claim of a later one came after the run began', async () => {
    const folder = join(await temporaryFolder(), 'run');
    await begin(folder, { ...session('aaa'), registered: { old: '1' } });
    await writeFile(runFiles(folder).checkpoint, '');
    await finish(folder, { ...result, provenance: { ...session('aaa'), registered: { old: '1', new: '2' } } });
    expect((await readRun(folder)).provenance.registered).toEqual({ old: '1' });
  });

  it('clears away half-written files, refuses the folder of another run', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, '.checkpoint.safetensors.123-abcd.tmp'), 'half');
    await begin(folder, session('aaa'));
    expect(await readdir(folder)).toEqual(['run.json']);
    await expect(beginSession(folder, { hash: '0'.repeat(64), spec: result.spec }, session('aaa'), LOCK)).rejects.toThrow(
      'is of another run',
    );
  });
});

describe('replaceByFresh', () => {
  it('swaps the folders', async () => {
    const folder = join(await temporaryFolder(), 'run');
    await finish(folder);
    await finish(freshFolder(folder), { ...result, curves: { total: [[2, 0.25]] } });
    await replaceByFresh(folder, LOCK);
    expect((await readRun(folder)).curves).toEqual({ total: [[2, 0.25]] });
    expect(await readdir(join(folder, '..'))).toEqual(['run']);
  });

  it('loses nothing if it is killed between its two renames', async () => {
    const folder = join(await temporaryFolder(), 'run');
    await finish(folder);
    await rename(folder, `${folder}.old`);
    await recoverReplacement(folder);
    expect(await readRun(folder)).toEqual(result);
    expect(existsSync(`${folder}.old`)).toBe(false);
  });
});
