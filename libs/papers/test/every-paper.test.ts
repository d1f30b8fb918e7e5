import { buildMethod, checkPaper, plan, TIERS, type Paper } from '@distillery/lab';
import { PAPERS } from '@distillery/papers';
import { useEngine } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';

const datasets = { train: 'T91', evaluate: ['Set5'] };

describe.each(Object.entries<Paper>(PAPERS))('%s', (key, paper) => {
  beforeAll(() => useEngine('wasm'));

  it('is a paper whose claims speak of arms that it runs', () => {
    expect(paper.id).toBe(key);
    expect(() => checkPaper(paper, key)).not.toThrow();
  });

  it.each(TIERS)('has methods at the %s tier that can be built without what they start from', (tier) => {
    const runs = plan([paper], tier, { engine: 'wasm', datasets, seeds: 1 });
    expect(runs.length).toBeGreaterThan(1);
    for (const { spec } of runs) expect(() => buildMethod(paper, spec.recipe, { vgg19: null, start: {} }), spec.recipe.arm).not.toThrow();
  });
});

/** The arms of a paper as the compiler knows them; `false` where it has lost their names and would accept any. */
type ArmsOfPaper<P> = P extends Paper<infer Arm> ? (string extends Arm ? false : Arm) : never;
type Named = { readonly [Id in keyof typeof PAPERS]: ArmsOfPaper<(typeof PAPERS)[Id]> extends false ? false : true };

describe('the arms of every paper', () => {
  it('are known to the compiler by name, so that a misspelt one in a claim does not compile', () => {
    const named: Named = { csd: true, fakd: true, pisr: true, srkd: true, jdsr: true, pdd: true, across: true };
    expect(Object.keys(named).sort()).toEqual(Object.keys(PAPERS).sort());
    // @ts-expect-error -- there is no such arm
    const misspelt: ArmsOfPaper<typeof PAPERS.csd> = 'csd-k4-meen';
    expect(misspelt).not.toBe('csd-k4-mean');
  });
});
