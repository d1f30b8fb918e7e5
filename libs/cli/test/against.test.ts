import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directionVerdict, readResults, updateResults, type DirectionClaim, type RunResult } from '@distillery/lab';
import { PAPERS } from '@distillery/papers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const BIN = join(__dirname, '../bin/distillery.cjs');
const STORED = join(__dirname, '../../../reports/results');
const paper = PAPERS.csd;

/** A claim that the stored results compare, with an interval. */
let claim: DirectionClaim;
let folder: string;

function report(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, 'report', '--out', join(folder, 'now'), ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'distillery-against-'));
  const { runs = [] } = (await readResults(STORED, 'small', paper.id)) ?? {};
  const found = paper.directions.find((candidate) => directionVerdict(candidate, runs, 'small').overall.ci !== null);
  if (!found) throw new Error('the stored results compare no claim');
  claim = found;
  const { arm } = claim.better;
  const other = (run: RunResult): RunResult => ({
    ...run,
    evaluations: run.evaluations.map((evaluation) => ({
      ...evaluation,
      images: evaluation.images.map((image) => ({ ...image, psnr: (image.psnr ?? 0) + 3 })),
    })),
  });
  await updateResults(join(folder, 'then', 'reports', 'results'), runs);
  await updateResults(
    join(folder, 'now', 'reports', 'results'),
    runs.map((run) => (run.spec.recipe.arm === arm ? other(run) : run)),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('distillery report --against', () => {
  it('fails where a watched claim moved beyond its interval, with the report written', () => {
    const { status, stdout, stderr } = report('--against', join(folder, 'then'), '--watch', claim.id);
    expect(stdout).toContain(`moved: ${claim.id}: `);
    expect(stderr).toBe(`distillery: watched claims moved (1): ${claim.id}\n`);
    expect(status).toBe(1);
    expect(existsSync(join(folder, 'now', 'reports', 'against.html'))).toBe(true);
  });

  it('succeeds where claims moved that nobody watches, and takes a folder of results as such', () => {
    const { status, stdout } = report('--against', join(folder, 'then', 'reports', 'results'));
    expect(stdout).toContain(`moved: ${claim.id}: `);
    expect(status).toBe(0);
  });

  it('refuses a claim that does not exist, a folder without results, and --watch alone, in one line', () => {
    const attempts: [string[], string][] = [
      [['--against', join(folder, 'then'), '--watch', 'csd/nothing'], '--watch csd/nothing'],
      [['--against', folder], 'no results of these papers'],
      [['--watch', 'csd/*'], 'expected --against DIR'],
    ];
    for (const [args, words] of attempts) {
      const { status, stdout, stderr } = report(...args);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stderr).toContain(words);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    }
  });
});
