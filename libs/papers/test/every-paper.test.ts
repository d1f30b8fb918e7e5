import { plan, recipeSchema, TIERS, type ArmRef, type Experiment, type Paper, type Tier } from '@distillery/lab';
import { PAPERS } from '@distillery/papers';
import { useEngine } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';

const datasets = { train: 'T91', evaluate: ['Set5'] };
const EVIDENCE: readonly Tier[] = ['small', 'full'];

const shows = (experiments: readonly Experiment[], experiment: string, { arm, network }: ArmRef): boolean =>
  experiments.some(({ id, arms }) => id === experiment && arms.some((row) => row.arm === arm && row.network === network));

describe.each(Object.values(PAPERS).map((paper): [string, Paper] => [paper.id, paper]))('%s', (id, paper) => {
  beforeAll(() => useEngine('wasm'));

  it.each(TIERS)('has valid recipes at the %s tier, whose methods can be built without what they start from', (tier) => {
    const runs = plan([paper], tier, { engine: 'wasm', datasets, seeds: 1 });
    expect(runs.length).toBeGreaterThan(1);
    for (const { spec } of runs) {
      expect(recipeSchema.parse(JSON.parse(JSON.stringify(spec.recipe))), spec.recipe.arm).toEqual(JSON.parse(JSON.stringify(spec.recipe)));
      expect(() => paper.method(spec.recipe, { vgg19: null, startState: null }), spec.recipe.arm).not.toThrow();
    }
  });

  it('speaks in its directions of arms that a tier of evidence runs, and names each once', () => {
    expect(new Set(paper.directions.map((claim) => claim.id)).size).toBe(paper.directions.length);
    const experiments = EVIDENCE.map((tier) => paper.experiments(tier, datasets));
    for (const { id: claim, experiment, better, worse } of paper.directions) {
      const found = experiments.some((of) => shows(of, experiment, better) && shows(of, experiment, worse));
      expect(found, claim).toBe(true);
    }
  });

  it('speaks in its claims of arms that the full tier runs, each claim with a source', () => {
    const full = paper.experiments('full', datasets);
    expect(new Set(paper.claims.map((claim) => claim.id)).size).toBe(paper.claims.length);
    for (const { id: claim, experiment, arm, network, source, value, verified } of paper.claims) {
      expect(source, claim).not.toBe('');
      if (value !== null) expect(verified, `${claim} has a value`).toBe(true);
      if (experiment !== undefined) expect(shows(full, experiment, { arm: arm as string, network }), claim).toBe(true);
    }
  });

  it('has the arms at the small tier whose cost is measured', () => {
    const arms = new Set(paper.experiments('small', datasets).flatMap((experiment) => experiment.arms.map(({ arm }) => arm)));
    const { plain, arms: measured } = paper.overhead;
    for (const arm of [plain, ...measured]) expect(arms.has(arm), `${id} ${arm}`).toBe(true);
  });

  it('ranks against arms that it has', () => {
    for (const { arms, controls = [] } of paper.experiments('small', datasets))
      for (const control of controls) expect(arms.map(({ arm }) => arm)).toContain(control);
  });
});
