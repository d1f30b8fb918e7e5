import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directionVerdict, updateResults, type Paper, type Recipe } from '@distillery/lab';
import {
  bestEvidence,
  judge,
  psnrOf,
  showPublished,
  showStored,
  showVerdicts,
  showWhatDidNotHold,
  startSession,
  type Session,
} from '@distillery/notebook';
import { UserError } from '@distillery/tensor';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeClaim, makeDirection, makeEvaluation, makeResult, makeSpec } from '../../../lab/test/fixtures/results';
import { TINY } from '../../../lab/test/fixtures/tiny';
import { collectDisplays, stopDisplays, texts, type Sent } from '../displayed';

const runs = [0, 1, 2].flatMap((seed) => [
  makeResult(makeSpec({ arm: 'a' }, seed), [makeEvaluation([30.5, 31.4, 29.6])]),
  makeResult(makeSpec({ arm: 'b' }, seed), [makeEvaluation([30, 31, 29])]),
]);
const paper: Paper = {
  ...TINY,
  directions: [makeDirection(), makeDirection({ id: 'other', statement: 'c beats d.', better: { arm: 'c', network: 'student' } })],
};

let sent: Sent[] = [];
let root = '';
let session: Session;
beforeAll(async () => {
  vi.stubEnv('DISTILLERY_DATA', undefined);
  root = await mkdtemp(join(tmpdir(), 'distillery-notebook-'));
  collectDisplays();
  session = await startSession(paper, { engine: 'wasm', root });
});
beforeEach(() => (sent = collectDisplays()));
afterEach(stopDisplays);
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

describe('evidence and verdicts', () => {
  it("are the notebook's own runs where nothing better was measured, and decide nothing at the learn tier", async () => {
    const evidence = await bestEvidence(session, runs);
    expect(evidence).toEqual({ tier: 'learn', runs });
    expect(judge(session, evidence).map(({ verdict }) => verdict.kind)).toEqual(['not judged', 'not judged']);
  });

  it('are the measured results of the best tier there is', async () => {
    await updateResults(session.resultsDir, runs);
    const byArm = ['a', 'b'].flatMap((arm) => runs.filter(({ spec }) => spec.recipe.arm === arm)).map(({ hash }) => ({ hash }));
    expect(await bestEvidence(session, [])).toMatchObject({ tier: 'small', runs: byArm });
    const full = runs.slice(0, 2).map((run) => ({ ...run, spec: { ...run.spec, recipe: { ...run.spec.recipe, tier: 'full' as const } } }));
    await updateResults(session.resultsDir, full);
    expect(await bestEvidence(session, [])).toMatchObject({ tier: 'full', runs: [{}, {}] });
  });

  it('are shown with the difference, the interval and what they rest on', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const evidence = { tier: 'small' as const, runs };
    showVerdicts(judge(session, evidence), evidence);
    expect(log.mock.calls).toEqual([['6 runs of the small tier']]);
    log.mockRestore();
    const { ci } = directionVerdict(makeDirection(), runs, 'small').overall;
    const [low, high] = (ci as [number, number]).map((end) => `+${end.toFixed(3)}`);
    const [[heading, first], [, second]] = texts(sent).map((text) => text.split('\n')) as [string[], string[]];
    expect(sent.map(({ data }) => String(data['text/html']).startsWith('<details><summary>1 of 2 claims: not judged'))).toEqual([
      false,
      true,
    ]);
    expect(heading).toBe('claim\tsource\tverdict\tn\tmean difference\t95 % interval\treason');
    // The mean of 0.5, 0.4 and 0.6 dB.
    expect(first).toContain(`a beats b. (x2)\ttest\treproduced\t9\t+0.500 dB\t${low} to ${high}\t`);
    expect(second).toMatch(/^c beats d\. \(x2\)\ttest\tnot judged\t0\t\t\tno finished runs/);
  });
});

describe('showWhatDidNotHold', () => {
  it('says what is contradicted, and how many claims wait', () => {
    const reversed = makeDirection({
      id: 'reversed',
      statement: 'b beats a.',
      better: { arm: 'b', network: 'student' },
      worse: { arm: 'a', network: 'student' },
    });
    const evidence = { tier: 'small' as const, runs };
    showWhatDidNotHold(judge({ ...session, paper: { ...paper, directions: [...paper.directions, reversed] } }, evidence));
    showWhatDidNotHold([]);
    expect(texts(sent).map((text) => text.split('\n'))).toEqual([
      [
        expect.stringMatching(/^Did not hold \(x2\): b beats a\. -0\.500 dB \[-\d\.\d{3}, -\d\.\d{3}\]$/),
        '1 of 3 claims wait for runs that have finished learning.',
      ],
      ['Nothing is contradicted so far.'],
    ]);
    expect(String(sent[0]?.data['text/html']).match(/<li>/g)).toHaveLength(2);
  });
});

describe('showStored', () => {
  const experiment = { id: 'stored', title: 'Stored', caption: '', kind: 'table' as const };
  const armOf = (arm: string) => {
    const recipe = runs.find(({ spec }) => spec.recipe.arm === arm)?.spec.recipe as Recipe;
    return { arm, network: 'student', label: `arm ${arm}`, recipe };
  };
  const stored = (): Session => {
    const all: Paper = {
      ...paper,
      experiments: () => [
        { ...experiment, arms: [armOf('a'), armOf('b')] },
        { ...experiment, id: 'empty', arms: [] },
      ],
    };
    return { ...session, resultsDir: join(root, 'stored'), paper: all, experiments: all.experiments('small', session.datasets) };
  };

  it('has a row for every arm that was measured, its mean over seeds', async () => {
    await updateResults(stored().resultsDir, runs);
    await showStored(stored(), 'stored');
    const [heading, ...rows] = (texts(sent)[0] as string).split('\n');
    expect(heading).toMatch(/^arm\tseeds\tPSNR \(dB\)\t/);
    const meanOf = (arm: string): number => {
      const values = runs.filter(({ spec }) => spec.recipe.arm === arm).flatMap((run) => psnrOf(run, 'student'));
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    expect(rows.map((row) => row.split('\t').slice(0, 3))).toEqual(['a', 'b'].map((arm) => [`arm ${arm}`, '3', meanOf(arm).toFixed(3)]));
  });

  it('says where nothing is stored, and what there is where an experiment is unknown', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    await showStored(stored(), 'empty');
    expect(log.mock.calls).toEqual([["no measured results of 'empty' are stored yet"]]);
    log.mockRestore();
    await expect(showStored(stored(), 'other')).rejects.toThrow(
      new UserError("experiment 'other' of tiny: unknown, expected stored, empty"),
    );
  });
});

describe('showPublished', () => {
  it('has a row for each printed row and a column for each dataset; what could not be read is not available', () => {
    showPublished([
      makeClaim({ value: 31.4 }),
      makeClaim({ row: 'Other', value: 30 }),
      makeClaim({ dataset: 'Set14', value: 28.25 }),
      makeClaim({ row: 'Other', dataset: 'Set14', value: null }),
    ]);
    expect(texts(sent)).toEqual(['row\tSet5\tSet14\nTable 1: Plain\t31.40\t28.25\nTable 1: Other\t30.00\tnot available']);
  });

  it('folds away rows of which nothing could be read', () => {
    const unknown = ['A', 'B'].map((row) => makeClaim({ row, value: null }));
    showPublished([makeClaim({ value: 31.4 }), ...unknown]);
    expect(texts(sent)).toEqual(['row\tSet5\nTable 1: Plain\t31.40', 'row\tSet5\nTable 1: A\tnot available\nTable 1: B\tnot available']);
    expect(sent.map(({ data }) => /<summary>(.*?)<\/summary>/.exec(String(data['text/html']))?.[1])).toEqual([
      undefined,
      '2 rows of which no number could be read',
    ]);
    sent.length = 0;
    showPublished(unknown.slice(1));
    expect(sent).toHaveLength(1);
    expect(String(sent[0]?.data['text/html'])).toContain('1 row of which');
  });

  it('keeps scales and metrics apart', () => {
    showPublished([makeClaim({ value: 31 }), makeClaim({ scale: 4, value: 27 }), makeClaim({ metric: 'ssim', value: 0.9 })]);
    expect(texts(sent)).toEqual(['row\tSet5 x2 PSNR\tSet5 x4 PSNR\tSet5 x2 SSIM\nTable 1: Plain\t31\t27\t0.90']);
  });
});
