import { join } from 'node:path';
import { experimentOf, performAll, recipeOf, startSession } from '@distillery/notebook';
import { getBackend } from '@tensorflow/tfjs-core';
import { UserError } from '@distillery/tensor';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TIERS, type Paper } from '@distillery/lab';
import { TINY, tinySpec } from '../../../lab/test/fixtures/tiny';
import { collectDisplays, stopDisplays, texts, type Sent } from '../displayed';

let sent: Sent[] = [];
beforeEach(() => {
  sent = collectDisplays();
  vi.stubEnv('DISTILLERY_DATA', undefined);
  vi.stubEnv('DISTILLERY_TIER', undefined);
});
afterEach(() => {
  stopDisplays();
  vi.unstubAllEnvs();
});

const { recipe } = tinySpec('scratch');
const row = (arm: string, scale: number) => ({ arm, network: 'student', label: arm, recipe: { ...recipe, arm, scale } });
/** `again` stands in two experiments with one recipe, `scaled` with two. */
const paper: Paper = {
  ...TINY,
  experiments: () => [
    { id: 'x2', title: 'x2', caption: '', kind: 'table', arms: [row('again', 2), row('scaled', 2)] },
    { id: 'x3', title: 'x3', caption: '', kind: 'table', arms: [row('again', 2), row('scaled', 3)] },
  ],
};

describe('startSession', () => {
  it('selects the engine and shows what the notebook runs on', async () => {
    const session = await startSession(paper, { engine: 'wasm', seed: 3, root: 'above' });
    expect(getBackend()).toBe('wasm');
    expect(session).toMatchObject({ tier: 'learn', seed: 3, engine: 'wasm', dataDir: null, datasets: { train: 'procedural' } });
    expect([session.runsDir, session.resultsDir]).toEqual([join('above', 'runs'), join('above', 'reports', 'results')]);
    expect(texts(sent)).toEqual([
      expect.stringMatching(/^tier\tengine\ttrain\tevaluate\tseed\nlearn\twasm \S+\tprocedural\tprocedural-test\t3$/),
    ]);
  });

  it('takes the tier from DISTILLERY_TIER, and refuses one that does not exist', async () => {
    vi.stubEnv('DISTILLERY_TIER', 'small');
    expect((await startSession(paper, { engine: 'wasm' })).tier).toBe('small');
    vi.stubEnv('DISTILLERY_TIER', 'tiny');
    await expect(startSession(paper, { engine: 'wasm' })).rejects.toThrow(
      new UserError(`DISTILLERY_TIER tiny: expected ${TIERS.join(', ')}`),
    );
  });
});

describe('experimentOf and recipeOf', () => {
  it('find by name', async () => {
    const session = await startSession(paper, { engine: 'wasm' });
    expect(experimentOf(session, 'x3').arms.map(({ recipe }) => recipe.scale)).toEqual([2, 3]);
    expect(recipeOf(session, 'again')).toEqual({ ...recipe, arm: 'again', scale: 2 });
    expect(recipeOf(session, 'scaled', 'x3').scale).toBe(3);
    expect(recipeOf(session, 'scaled', 'x2').scale).toBe(2);
  });

  it('name what is unknown, or stands for several recipes', async () => {
    const session = await startSession(paper, { engine: 'wasm' });
    expect(() => experimentOf(session, 'x4')).toThrow(new UserError("experiment 'x4' of tiny: unknown, expected x2, x3"));
    expect(() => recipeOf(session, 'agian')).toThrow(new UserError("arm 'agian' of tiny: unknown, expected again, scaled"));
    expect(() => recipeOf(session, 'scaled')).toThrow(
      new UserError("arm 'scaled' of tiny: has several recipes, expected the experiment, one of x2, x3"),
    );
  });

  it('no two recipes of one arm are performed together', async () => {
    const session = await startSession(paper, { engine: 'wasm' });
    const both = ['x2', 'x3'].map((id) => recipeOf(session, 'scaled', id));
    await expect(performAll(session, 'both', both)).rejects.toThrow(new UserError("arm 'scaled': several recipes, expected one"));
  });
});
