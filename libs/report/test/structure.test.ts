import { directionVerdict, type DirectionClaim } from '@distillery/lab';
import { beforeAll, describe, expect, it } from 'vitest';
import { FIXTURE, run, SMALL_RESULTS, SMOKE_RESULTS } from './fixture';
import { documentOf, pages } from './pages';

const states = {
  'two tiers': [SMALL_RESULTS, SMOKE_RESULTS],
  'smoke only': [SMOKE_RESULTS],
  'no results': [],
};

describe.each(Object.entries(states))('pages with %s', (_name, results) => {
  let every: Document[];
  beforeAll(async () => {
    const { index, paper, smoke } = await pages([FIXTURE], results);
    every = [index, paper, ...(smoke === '' ? [] : [smoke])].map(documentOf);
  });
  const all = (selector: string) => every.flatMap((page) => [...page.querySelectorAll(selector)]);

  it('have a language, a title, one level-one heading, and headings without gaps', () => {
    for (const page of every) {
      expect(page.documentElement.lang).toBe('en');
      expect(page.title).not.toBe('');
      expect(page.querySelectorAll('h1')).toHaveLength(1);
      const levels = [...page.querySelectorAll('main :is(h1, h2, h3, h4)')].map(({ tagName }) => Number(tagName[1]));
      levels.forEach((level, i) => expect(level - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1));
    }
  });

  it('use every id once, and refer to none that is missing', () => {
    for (const page of every) {
      const ids = [...page.querySelectorAll('[id]')].map(({ id }) => id);
      expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
      const referred = [
        ...[...page.querySelectorAll('a[href^="#"]')].map((link) => link.getAttribute('href')?.slice(1)),
        ...[...page.querySelectorAll('[aria-labelledby]')].map((element) => element.getAttribute('aria-labelledby')),
        ...[...page.querySelectorAll('[data-figure]')].map((element) => element.getAttribute('data-figure')),
      ];
      expect(referred.filter((id) => !ids.includes(id ?? ''))).toEqual([]);
    }
  });

  it('load nothing from outside', () => {
    const loads = all('script[src], link[href], img[src], iframe, object, embed, source, video, audio').map(
      (element) => element.getAttribute('src') ?? element.getAttribute('href') ?? '(embedded)',
    );
    expect(loads.filter((address) => !/^(data:|assets\/)/.test(address))).toEqual([]);
    for (const style of all('style')) expect(style.textContent).not.toMatch(/@import|url\(/);
  });

  it('forbid by policy what they do not do', () => {
    for (const page of every) {
      const policy = page.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/script-src[^;]*('unsafe-inline'|'unsafe-eval'|https?:|\*)/);
    }
  });

  it('describe every image and figure, and give its numbers as a table', () => {
    for (const image of all('img')) {
      expect(image.getAttribute('alt')).not.toBe('');
      expect(Number(image.getAttribute('width'))).toBe(4);
    }
    for (const plot of all('[data-figure]')) {
      expect(plot.getAttribute('aria-label')).toMatch(/\w/);
      expect(plot.closest('figure')?.querySelectorAll('details table tbody tr').length).toBeGreaterThan(0);
    }
  });

  it('have tables with captions, header cells with scope, no empty cell, and rows of equal length', () => {
    for (const table of all('table') as HTMLTableElement[]) {
      expect(table.caption?.textContent?.trim()).not.toBe('');
      expect(table.closest('.scroll')?.getAttribute('tabindex')).toBe('0');
      for (const cell of table.querySelectorAll('th')) expect(cell.getAttribute('scope')).toMatch(/^(col|row|rowgroup)$/);
      for (const cell of table.querySelectorAll('td, th')) expect(cell.textContent?.trim()).not.toBe('');
      const widths = [...table.rows].map((row) => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0));
      expect(new Set(widths).size).toBe(1);
    }
  });
});

describe('what the pages say', () => {
  it('keeps the smoke tier to a page of its own, which warns of it and names the stand-ins', async () => {
    const { index, paper, runs, smoke, smokeRuns } = await pages([FIXTURE], [SMALL_RESULTS, SMOKE_RESULTS]);
    const page = documentOf(smoke);
    expect(page.querySelector('.tier-banner.smoke')?.textContent).toContain('not evidence');
    expect(page.body.textContent).toContain('built-in procedural images (procedural, procedural-test) instead of photographs');
    expect(documentOf(smokeRuns).body.textContent).toContain('random features, seed 0');
    for (const caption of page.querySelectorAll('main > section > div.wide caption'))
      expect(caption.textContent).toContain('smoke tier (not evidence), engine wasm');
    for (const run of SMOKE_RESULTS.runs) {
      expect(smokeRuns).toContain(run.hash);
      expect(index + paper + runs).not.toContain(run.hash);
    }
    for (const other of [index, paper].map(documentOf)) expect(other.querySelector('.tier-banner.smoke')).toBeNull();
    expect(documentOf(index).querySelector('a[href="smoke.html"]')).not.toBeNull();
  });

  it('has no page on the smoke tier, and no link to one, without runs of it', async () => {
    const { index, paper, smoke } = await pages([FIXTURE], [SMALL_RESULTS]);
    expect(smoke).toBe('');
    expect(index + paper).not.toContain('smoke.html');
    expect(documentOf(index).querySelector('.verdicts')?.textContent).not.toContain('Stand-ins');
  });

  it('says "not run" for an arm that was not, and "not available" for a number that could not be verified', async () => {
    const page = documentOf((await pages([FIXTURE], [SMALL_RESULTS])).paper);
    const row = [...page.querySelectorAll('[id*="psnr"] tr')].find((candidate) => candidate.textContent?.includes('Control, never run'));
    expect([...(row?.querySelectorAll('td') ?? [])].map((cell) => cell.textContent?.trim().replace(/\s+/g, ' ')).slice(0, 3)).toEqual([
      'not availablea',
      'not run',
      'not run',
    ]);
  });

  it('marks a suspect value with its reason, and shows claims without an experiment', async () => {
    const page = documentOf((await pages([FIXTURE], [SMALL_RESULTS])).paper);
    expect(page.querySelector('.suspect')?.textContent).toBe('suspect');
    expect(page.body.textContent).toContain('Suspect: it looks like a typing error.');
    expect(page.querySelector('#unplaced')?.closest('section')?.textContent).toContain('Table 9');
  });

  it('gives reasons, shared ones as a note', async () => {
    const { reason } = directionVerdict(FIXTURE.directions[0] as DirectionClaim, SMALL_RESULTS.runs, 'small').overall;
    const page = documentOf((await pages([FIXTURE], [SMALL_RESULTS])).paper);
    const reasons = [...page.querySelectorAll('.reason')].map(({ textContent }) => textContent);
    expect(reasons).toContain(`${reason}.`);
    for (const text of reasons) expect(text).toMatch(/^[a-z“][^]*[^.]\.$/);
    const notes = [...page.querySelectorAll('.notes li')].map(({ textContent }) => textContent);
    expect(notes).toContain('Verdict: absolute numbers are compared at the full tier only.');
  });

  it('says under a claim why, once for all data sets, with arms by their labels; claims that were not run are one folded line', async () => {
    const plan = { tier: 'small', train: 'T91', evaluate: ['Set5', 'Set14'] } as const;
    const runs = ['alone', 'contrast', 'sum-4', 'sum-1'].flatMap((arm) => [0, 1].map((seed) => run(arm, seed, plan)));
    const page = documentOf((await pages([FIXTURE], [{ ...SMALL_RESULTS, runs }])).paper);
    const [sum] = [...page.querySelectorAll('table.claims tbody')].filter((body) => body.textContent?.includes('sum-4 beats sum-1'));
    const [all, ...parts] = [...(sum?.querySelectorAll('tr') ?? [])].map((row) => row.querySelector('.verdict-of')?.textContent ?? '');
    expect(all).toMatch(/under-trained.*“K = 4, summed”/s);
    expect(all).not.toContain('sum-4');
    expect(parts.map((text) => text.replace(/\s+/g, ' ').trim())).toEqual(['… under-trained', '… under-trained']);
    const fold = [...page.querySelectorAll('details.folded')].find((details) => details.textContent?.includes('contrast beats control'));
    expect(fold?.querySelector('summary')?.textContent).toBe('1 claim was not run');
  });

  it('stands the mean of what was published on the tested sets beside ours', async () => {
    const plan = { tier: 'small', train: 'T91', evaluate: ['Set5', 'Set14', 'Urban100'] } as const;
    const runs = ['alone', 'contrast'].flatMap((arm) => [0, 1].map((seed) => run(arm, seed, plan)));
    const page = documentOf((await pages([FIXTURE], [{ ...SMALL_RESULTS, runs }])).paper);
    const [body] = [...page.querySelectorAll('table.claims tbody')].filter((rows) => rows.textContent?.includes('contrast beats alone'));
    const published = [...(body?.querySelectorAll('[data-label="published"]') ?? [])];
    expect(published.map(({ textContent }) => textContent?.trim())).toEqual(['+0.21b', '+0.12', 'other datac', '+0.30']);
    const notes = [...page.querySelectorAll('.notes li')].map(({ textContent }) => textContent);
    expect(notes).toContain('Published: Set5 +0.12, Urban100 +0.30; here their mean.');
  });

  it('leads from every value of ours to its runs, and from a run to its command', async () => {
    const { paper, runs } = await pages([FIXTURE], [SMALL_RESULTS]);
    const links = [...documentOf(paper).querySelectorAll('a.value')];
    expect(links.length).toBeGreaterThan(10);
    const page = documentOf(runs);
    for (const link of links) {
      const [file, id] = (link.getAttribute('href') ?? '').split('#');
      expect(file).toBe('fixture-runs.html');
      // The arm's heading, its recipe, then its runs.
      const group = page.getElementById(id as string);
      const run = group?.nextElementSibling?.nextElementSibling;
      expect(run?.className).toBe('run');
      expect(run?.querySelector('.command')?.textContent).toContain('distillery run fixture/small/');
    }
    expect(page.querySelector('a[href="fixture.html"]')).not.toBeNull();
  });

  it('shows the whole image, then its zoomed part from input to ground truth, pixels unsmoothed', async () => {
    const { paper } = await pages([FIXTURE], [SMALL_RESULTS]);
    const alts = [...documentOf(paper).querySelectorAll('.comparison img')].map((image) => image.getAttribute('alt'));
    expect(alts).toEqual([
      'Set5: bird, ×4, Whole image (HR)',
      ...['LR input', 'Bicubic', 'Student alone', 'Student, contrast', 'Teacher', 'HR, ground truth'].map(
        (label) => `Set5: bird, ×4, ${label}, zoomed part`,
      ),
    ]);
    expect(paper).toContain('image-rendering: pixelated');
  });
});
