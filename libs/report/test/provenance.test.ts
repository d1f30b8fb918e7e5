import { describe, expect, it } from 'vitest';
import { cohortsOf } from '../src/cohort';
import { pageAssets } from '../src/assets';
import { runAnchor } from '../src/anchors';
import { provenanceParts } from '../src/provenance';
import { runPages } from '../src/run-pages';
import { FIXTURE, SMALL_RESULTS } from './fixture';

describe('provenanceParts', () => {
  it('names the runs that a run starts from, and links to those on the page', () => {
    const [teacher, student, ...others] = SMALL_RESULTS.runs as [(typeof SMALL_RESULTS.runs)[number], (typeof SMALL_RESULTS.runs)[number]];
    const elsewhere = { ...teacher.spec.recipe, arm: 'elsewhere' };
    const taught = {
      ...student,
      spec: {
        ...student.spec,
        seed: teacher.spec.seed,
        recipe: { ...student.spec.recipe, startFrom: { teacher: teacher.spec.recipe, other: elsewhere } },
      },
    };
    const [cohort] = cohortsOf(FIXTURE, [{ ...SMALL_RESULTS, runs: [teacher, taught, ...others] }]);
    const markup = provenanceParts(cohort as NonNullable<typeof cohort>)
      .map(({ content }) => content.markup)
      .join('');
    const { arm, scale } = teacher.spec.recipe;
    expect(markup).toContain(`teacher: <a href="#${runAnchor(teacher.hash)}">${arm}, ×${scale}</a>`);
    expect(markup).toContain(`other: elsewhere, ×${scale}`);
    expect(markup).toContain('<dd>nothing</dd>');
  });
});

describe('runPages', () => {
  const of = { stem: 'fixture', title: 'Fixture', back: { title: 'Fixture', href: 'fixture.html' } };

  it('shows every run once and links to where it is, each page below 5 MB, however many runs there are', async () => {
    const assets = await pageAssets();
    const [template] = SMALL_RESULTS.runs as [(typeof SMALL_RESULTS.runs)[number]];
    // As large as a run on five benchmarks is: 328 images.
    const [evaluation] = template.evaluations as [(typeof template.evaluations)[number]];
    const images = Array.from({ length: 328 }, (_, i) => ({
      ...evaluation.images[0],
      name: `image-${i}`,
    })) as unknown as typeof evaluation.images;
    const runs = Array.from({ length: 150 }, (_, seed) => ({
      ...template,
      hash: seed.toString(16).padStart(64, '0'),
      spec: { ...template.spec, seed },
      evaluations: template.evaluations.map((each) => ({ ...each, images })),
    }));
    const [cohort] = cohortsOf(FIXTURE, [{ ...SMALL_RESULTS, runs }]);
    const { pages, cohorts } = runPages([cohort as NonNullable<typeof cohort>], of, assets, 'made by a test');
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.map(([name]) => name)).toEqual(['fixture-runs.html', ...pages.slice(1).map((_, i) => `fixture-runs-${i + 2}.html`)]);
    for (const [name, page] of pages) expect(Buffer.byteLength(page), name).toBeLessThan(5e6);
    for (const { hash } of runs) {
      const id = runAnchor(hash);
      const holding = pages.filter(([, page]) => page.includes(`id="${id}"`)).map(([name]) => name);
      expect(holding).toEqual([cohorts[0]?.places.get(id)]);
    }
  });

  it('makes none of nothing', async () => {
    expect(runPages([], of, await pageAssets(), null)).toEqual({ pages: [], cohorts: [] });
  });
});
