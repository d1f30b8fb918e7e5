import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { performRun, runFoldersIn, updateResults } from '@distillery/lab';
import { UserError } from '@distillery/tensor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canMount, tinyDisk, type TinyDisk } from '../../../data/test/tiny-disk';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { determinedFiles, TINY, tinySpec } from '../fixtures/tiny';

/** Kilobytes of a disk that grows until the run fits. */
const SIZES = [4, 12, 24, 32, 48, 64, 96, 4000];

describe.skipIf(!canMount)('a run on a disk that is full or cannot be written (needs mount)', () => {
  let disk: TinyDisk;
  beforeEach(() => {
    disk = tinyDisk(SIZES[0] as number) as TinyDisk;
  });
  afterEach(() => disk.remove());

  const perform = (runsDir: string) => performRun(tinySpec('scratch'), { dataDir: null, runsDir, papers: [TINY] });
  const refusal = async (attempt: Promise<unknown>): Promise<string | null> => {
    const error: unknown = await attempt.then(
      () => null,
      (reason: unknown) => reason,
    );
    if (error === null) return null;
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).not.toContain('\n');
    return (error as UserError).message;
  };

  it('says so in one line wherever it is stopped, goes on from its checkpoint, and ends in the same bytes', async () => {
    const whole = await temporaryFolder();
    await perform(whole);
    const expected = await determinedFiles((await runFoldersIn(whole))[0] as string);
    const refused: (string | null)[] = [];
    for (const size of SIZES) {
      disk.resize(size);
      refused.push(await refusal(perform(disk.path)));
    }
    expect(refused.at(-1)).toBeNull();
    const stops = refused.filter((message) => message !== null);
    expect(stops.length).toBeGreaterThan(2);
    for (const message of stops) expect(message).toMatch(/: the disk is full/);
    const [folder] = await runFoldersIn(disk.path);
    expect(await determinedFiles(folder as string)).toEqual(expected);
    const left = await readdir(disk.path, { recursive: true });
    expect(left.filter((name) => /\.(tmp|lock)$/.test(name))).toEqual([]);
  });

  it('leaves earlier results as they were', async () => {
    const result = await perform(await temporaryFolder());
    disk.resize(4000);
    const path = join(disk.path, 'smoke/tiny.json');
    await updateResults(disk.path, [result]);
    const before = await stat(path);
    disk.resize(Math.ceil(before.size / 1024) + 4);
    const other = { ...result, hash: result.hash.replace(/^./, '0'), spec: { ...result.spec, seed: 2 } };
    expect(await refusal(updateResults(disk.path, [other]))).toMatch(/: the disk is full$/);
    disk.setReadOnly(true);
    expect(await refusal(updateResults(disk.path, [other]))).toMatch(/: the file system is read-only$/);
    expect(await stat(path)).toMatchObject({ size: before.size, mtimeMs: before.mtimeMs, ino: before.ino });
    expect(await refusal(perform(disk.path))).toMatch(/: the file system is read-only$/);
  });
});
