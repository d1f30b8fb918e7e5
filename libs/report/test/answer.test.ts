import { directionVerdict, type DirectionClaim } from '@distillery/lab';
import { describe, expect, it } from 'vitest';
import { bestVerdicts, isHeadline } from '../src/claims/best-verdicts';
import { verdictSentence } from '../src/claims/verdict-sentence';
import { cohortsOf, emptyCohort } from '../src/cohort';
import { axisFor, placeOn, roundTicks } from '../src/forest/axis';
import { signed } from '../src/format';
import { explained } from '../src/glossary/term';
import { TERMS } from '../src/glossary/terms';
import { html } from '../src/html';
import { FIXTURE, SMALL_RESULTS, SMOKE_RESULTS } from './fixture';
import { documentOf, pages } from './pages';

const textOf = (element: Element | null | undefined) => element?.textContent?.replace(/\s+/g, ' ').trim() ?? '';

describe('the axis of a forest plot', () => {
  it('holds zero and all values, if none is far from the others', () => {
    const axis = axisFor([0.1, 0.2, 0.3]);
    expect(axis.low).toBeLessThan(0);
    expect(axis.high).toBeGreaterThan(0.3);
    expect(axis.ticks).toContain(0);
  });

  it('leaves an outlier outside, so that the others stay apart', () => {
    const axis = axisFor([0.1, -0.05, 0.02, 0.08, -2, 0.04]);
    expect(axis.low).toBeGreaterThan(-0.7);
    expect(placeOn(axis, -2)).toEqual({ percent: 0, beyond: 'left' });
    expect(placeOn(axis, 0.1).percent - placeOn(axis, 0.02).percent).toBeGreaterThan(5);
  });

  it('lets a long interval leave the figure sooner than squeeze the centres together', () => {
    const { low, high } = axisFor([0.1, 0.05, -0.1], [0.14, -0.12, 3, -2]);
    expect(high).toBeGreaterThan(0.14);
    expect(high).toBeLessThan(0.3);
    expect(low).toBeLessThan(-0.12);
  });

  it.each([[[]], [[0]], [[0, 0, 0]], [[1e-6]]])('is an axis for %j too', (values) => {
    const { low, high, ticks } = axisFor(values);
    expect(high).toBeGreaterThan(low);
    expect(ticks.length).toBeGreaterThan(0);
  });

  it.each([
    [0, 1],
    [-0.7, 0.31],
    [-1e-3, 4e-3],
    [-30, 200],
  ])('has 3 to 7 round ticks from %d to %d', (low, high) => {
    const ticks = roundTicks(low, high);
    expect(ticks.length).toBeGreaterThanOrEqual(3);
    expect(ticks.length).toBeLessThanOrEqual(7);
    for (const tick of ticks) {
      expect(tick).toBeGreaterThanOrEqual(low);
      expect(tick).toBeLessThanOrEqual(high);
      expect(String(Math.abs(tick)).replace(/[0.]/g, '')).toMatch(/^\d{0,2}$/);
    }
  });
});

describe('the sentence on a paper', () => {
  it('names the headline claim with its numbers, and counts every claim once', () => {
    const cohorts = cohortsOf(FIXTURE, [SMALL_RESULTS]);
    const claims = bestVerdicts(FIXTURE, cohorts);
    const text = verdictSentence(claims, isHeadline(FIXTURE, cohorts), cohorts).markup.replace(/<[^>]*>/g, '');
    const [first] = FIXTURE.directions as [DirectionClaim];
    const { overall } = directionVerdict(first, SMALL_RESULTS.runs, 'small');
    expect(text).toContain(`“${first.statement.replace('.', '')}” at ×4`);
    expect(text).toContain(`ours ${signed(overall.meanDifference as number, 3)}\u00a0dB`);
    expect(text).toContain('published +0.12\u00a0dB');
    expect(text).toMatch(
      /of 3 claimed directions 1 is inconclusive, 1 waits for networks that have finished learning and 1 was not run\.$/,
    );
  });

  it('says so where nothing was run', () => {
    const claims = bestVerdicts(FIXTURE, []);
    expect(verdictSentence(claims, isHeadline(FIXTURE, [emptyCohort(FIXTURE)]), []).markup).toContain('Not run: none of its 3');
  });
});

describe('the first figure of a page', () => {
  it('is on the index the headline claims, each a link to its experiment, published beside ours', async () => {
    const { index, paper } = await pages([FIXTURE], [SMALL_RESULTS, SMOKE_RESULTS]);
    const rows = [...documentOf(index).querySelectorAll('#headlines .forest-rows .forest-row')];
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      const [page, id] = (row.querySelector('.forest-label a')?.getAttribute('href') ?? '').split('#');
      expect(page).toBe('fixture.html');
      expect(documentOf(paper).getElementById(id ?? '')).not.toBeNull();
    }
    expect(textOf(rows[0])).toMatch(/^FIXTURE ?contrast beats alone, ×4.*\? inconclusive.*published \+0\.12/);
    expect(rows[0]?.querySelectorAll('.strip .ci.inconclusive, .strip .dot.inconclusive, .strip .published')).toHaveLength(3);
  });

  it('shows two claims of the same comparison once on the index', async () => {
    const [first, ...others] = FIXTURE.directions as [DirectionClaim, ...DirectionClaim[]];
    const again = { ...first, id: `${first.id}/again`, experiment: 'negatives', statement: 'The same of another figure.' };
    const { index } = await pages([{ ...FIXTURE, directions: [first, again, ...others] }], [SMALL_RESULTS]);
    const figure = textOf(documentOf(index).querySelector('#headlines'));
    expect(figure).toContain(first.statement.replace('.', ''));
    expect(figure).not.toContain('The same of another figure');
  });

  it('is on a paper’s page every claim with runs: the judged, then those whose arms had not finished learning', async () => {
    const { paper } = await pages([FIXTURE], [SMALL_RESULTS]);
    const figure = documentOf(paper).querySelector('#claims-psnr');
    expect([...(figure?.querySelectorAll('.forest-heading') ?? [])].map(textOf)).toEqual([
      'Judged',
      'Not judged: an arm had not finished learning',
    ]);
    expect(figure?.querySelectorAll('.forest-rows .forest-row')).toHaveLength(2);
    const before = paper.slice(0, paper.indexOf('id="claims-psnr"'));
    expect(before).not.toContain('<table');
    expect(before).not.toContain('not run</span>');
  });

  it('is followed by the pictures, before any table', async () => {
    const { paper } = await pages([FIXTURE], [SMALL_RESULTS]);
    const order = ['id="claims-psnr"', 'class="comparison', '<table'].map((mark) => paper.indexOf(mark));
    expect(order.every((at) => at > 0)).toBe(true);
    expect([...order].sort((a, b) => a - b)).toEqual(order);
  });
});

describe('what was not run', () => {
  it('is one folded line with the command and the time that it takes', async () => {
    const runs = SMALL_RESULTS.runs.filter(({ spec }) => !/^(sum|mean)-/.test(spec.recipe.arm) && spec.recipe.arm !== 'alone');
    const page = documentOf((await pages([FIXTURE], [{ ...SMALL_RESULTS, runs }])).paper);
    const fold = page.getElementById('not-run');
    expect(fold?.tagName).toBe('DETAILS');
    // Seven arms under two seeds, each as long as the others were: 84.2 s.
    expect(textOf(fold?.querySelector('summary'))).toBe(
      'Not run: 1 of 3 experiments (14 runs, about 19 min 39 s of training on one core): npx distillery reproduce fixture --tier small',
    );
    expect(fold?.textContent).toContain('Figure 2: how many negatives?');
  });

  it('is an experiment of which only an arm that another one shows was run', async () => {
    const runs = SMALL_RESULTS.runs.filter(({ spec }) => !/^(sum|mean)-/.test(spec.recipe.arm));
    const page = documentOf((await pages([FIXTURE], [{ ...SMALL_RESULTS, runs }])).paper);
    // The arm alone is Table 1's as well: six arms are left.
    expect(textOf(page.querySelector('#not-run summary'))).toMatch(/^Not run: 1 of 3 experiments \(12 runs, /);
    expect(page.querySelector('#not-run')?.textContent).toContain('Figure 2: how many negatives?');
  });

  it('counts of a paper that was never run what the small tier has of it', async () => {
    const paper = {
      ...FIXTURE,
      experiments: (...args: Parameters<typeof FIXTURE.experiments>) => FIXTURE.experiments(...args).slice(0, args[0] === 'small' ? 1 : 3),
    };
    const page = documentOf((await pages([paper], [])).paper);
    // Four arms under the small tier's three seeds.
    expect(textOf(page.querySelector('#not-run summary'))).toBe(
      'Not run: all 3 experiments (12 runs, how long they take was not measured yet): npx distillery reproduce fixture --tier small',
    );
  });

  it('is not mentioned where everything was run', async () => {
    expect(documentOf((await pages([FIXTURE], [SMALL_RESULTS])).paper).getElementById('not-run')).toBeNull();
  });
});

describe('the glossary', () => {
  it('has an entry for every term of every page, each once', async () => {
    const { index, paper, smoke } = await pages([FIXTURE], [SMALL_RESULTS, SMOKE_RESULTS]);
    const entries = [...documentOf(index).querySelectorAll('.terms > div')].map(({ id }) => id);
    expect(new Set(entries).size).toBe(entries.length);
    expect(entries).toEqual(TERMS.map(({ id }) => `term-${id}`));
    for (const page of [index, paper, smoke].map(documentOf)) {
      const terms = [...page.querySelectorAll<HTMLAnchorElement>('[data-term]')];
      for (const link of terms) {
        expect(link.getAttribute('href')).toBe(`index.html#term-${link.dataset.term}`);
        expect(entries).toContain(`term-${link.dataset.term}`);
      }
      const meanings = page.getElementById('glossary-data')?.textContent;
      if (terms.length > 0) expect(Object.keys(JSON.parse(meanings ?? '{}') as object)).toEqual(TERMS.map(({ id }) => id));
    }
  });

  it('finds terms in running text as whole words, the first mention of each, and leaves all else text', () => {
    const { markup } = explained('The tap at J-T1, a second tap, taping and <b>self-ensemble</b>.');
    expect(documentOf(markup).body.textContent).toBe('The tap at J-T1, a second tap, taping and <b>self-ensemble</b>.');
    expect([...documentOf(markup).querySelectorAll('a')].map((a) => a.textContent)).toEqual(['tap', 'J-T1', 'self-ensemble']);
    expect(explained('nothing here').markup).toBe(html`nothing here`.markup);
  });
});
