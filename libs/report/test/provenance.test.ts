import { describe, expect, it } from 'vitest';
import { cohortsOf } from '../src/cohort';
import { provenanceSection } from '../src/provenance';
import { runAnchor } from '../src/anchors';
import { FIXTURE, SMALL_RESULTS } from './fixture';

describe('provenanceSection', () => {
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
    const { markup } = provenanceSection(cohort as NonNullable<typeof cohort>);
    const { arm, scale } = teacher.spec.recipe;
    expect(markup).toContain(`teacher: <a href="#${runAnchor(teacher.hash)}">${arm}, ×${scale}</a>`);
    expect(markup).toContain(`other: elsewhere, ×${scale}`);
    expect(markup).toContain('<dd>nothing</dd>');
  });
});
