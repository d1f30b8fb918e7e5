import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderNotebook, renderReport } from '../src';
import { browserIn, CHROMIUM, hasChromium, openIn } from './chromium';
import { FIXTURE, NOW, SMALL_RESULTS, SMOKE_RESULTS } from './fixture';

/** Anything a cell's output may try; none of it may run. */
const ATTACK = `<script>window.pwned = 1</script><img src="x" onerror="window.pwned = 1">`;

const NOTEBOOK = {
  nbformat: 4,
  metadata: { language_info: { name: 'typescript' } },
  cells: [
    { cell_type: 'markdown', source: `# Fixture notebook\n\n$$\\sum_{i=1}^{n} x_i$$\n\n${ATTACK}` },
    {
      cell_type: 'code',
      source: `const line = ${JSON.stringify('a long line of code '.repeat(20))};`,
      outputs: [
        {
          output_type: 'display_data',
          data: { 'application/vnd.plotly.v1+json': { data: [{ type: 'scatter', x: [1, 2], y: [1, 2], name: ATTACK }] } },
        },
        { output_type: 'display_data', data: { 'text/html': ATTACK } },
      ],
    },
  ],
};

describe.skipIf(!hasChromium)(`pages opened from disk by ${CHROMIUM}, network off`, () => {
  let dir: string;
  const context: Record<'light' | 'dark', BrowserContext | undefined> = { light: undefined, dark: undefined };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'distillery-browser-'));
    await renderReport({ papers: [FIXTURE], results: [SMALL_RESULTS, SMOKE_RESULTS], outDir: dir, now: NOW });
    await writeFile(join(dir, 'notebook.html'), await renderNotebook(NOTEBOOK));
    for (const colorScheme of ['light', 'dark'] as const) {
      context[colorScheme] = await browserIn(dir, colorScheme);
    }
  });
  afterAll(async () => {
    await context.light?.close();
    await context.dark?.close();
    await rm(dir, { recursive: true });
  });

  const open = (name: string, width: number, scheme: 'light' | 'dark' = 'light') =>
    openIn(context[scheme] as BrowserContext, dir, name, width);

  const drawn = (page: Page) =>
    page.evaluate(() => {
      const visible = [...document.querySelectorAll('.plot')].filter((plot) => !plot.closest('details:not([open])'));
      return { figures: visible.length, drawn: visible.filter((plot) => plot.querySelector('svg.main-svg .trace')).length };
    });

  for (const name of ['index.html', 'fixture.html', 'smoke.html', 'notebook.html']) {
    it.each([1280, 375, 360])(`${name} fits a screen of %i pixels, without an error`, async (width) => {
      const { page, problems } = await open(name, width);
      const sizes = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      expect(sizes).toEqual([width, width]);
      const { figures, drawn: done } = await drawn(page);
      expect(done).toBe(figures);
      expect(figures > 0).toBe(['fixture.html', 'notebook.html'].includes(name));
      expect(problems.filter((problem) => name !== 'notebook.html' || !problem.includes('Content Security Policy'))).toEqual([]);
      expect(await page.evaluate(() => (window as { pwned?: number }).pwned)).toBeUndefined();
      await page.close();
    });
  }

  it('draws a folded figure when it is unfolded', async () => {
    const { page } = await open('fixture.html', 1280);
    const before = await drawn(page);
    await page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)));
    await page.waitForFunction((count) => document.querySelectorAll('.plot svg.main-svg .trace').length > count, before.drawn);
    const after = await drawn(page);
    expect(after.figures).toBeGreaterThan(before.figures);
    await page.waitForFunction(() => [...document.querySelectorAll('.plot')].every((plot) => plot.querySelector('.trace')));
    await page.close();
  });

  it('opens the run that a number links to', async () => {
    const { page } = await open('fixture.html', 1280);
    const link = page.locator('a[aria-label^="run of seed"]').first();
    const href = (await link.getAttribute('href')) as string;
    const [, target] = /^fixture-runs\.html(#run-.+)$/.exec(href) as unknown as [string, string];
    await link.click();
    await page.waitForFunction((id) => document.querySelector<HTMLDetailsElement>(`${id} > details`)?.open, target);
    expect(page.url()).toContain(href);
    await page.close();
    const direct = await open(href, 375);
    expect(await direct.page.locator(`${target} > details`).getAttribute('open')).not.toBeNull();
    const others = direct.page.locator(`.run:not(${target}) > details`);
    expect(await others.count()).toBeGreaterThan(0);
    expect(await others.first().getAttribute('open')).toBeNull();
    await direct.page.close();
  });

  it('draws figures in the colours of the reader’s scheme, and in light ones for print', async () => {
    const ink = (page: Page) =>
      page
        .locator('.plot .xtick text')
        .first()
        .evaluate((text) => getComputedStyle(text).fill);
    const light = await open('fixture.html', 1280);
    const dark = await open('fixture.html', 1280, 'dark');
    expect(await ink(light.page)).toBe('rgb(30, 28, 25)');
    expect(await ink(dark.page)).toBe('rgb(233, 230, 223)');
    await dark.page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    await dark.page.waitForFunction(
      () => getComputedStyle(document.querySelector('.plot .xtick text') as Element).fill === 'rgb(30, 28, 25)',
    );
    await dark.page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    await dark.page.waitForFunction(
      () => getComputedStyle(document.querySelector('.plot .xtick text') as Element).fill === 'rgb(233, 230, 223)',
    );
    expect([...light.problems, ...dark.problems]).toEqual([]);
    await light.page.close();
    await dark.page.close();
  });

  it('shows the numbers without the figure script', async () => {
    await rm(join(dir, 'assets'), { recursive: true });
    const { page } = await open('fixture.html', 1280);
    expect(await page.locator('.plot-fallback').first().isVisible()).toBe(true);
    expect(
      await page
        .locator('.comparison img')
        .first()
        .evaluate((image) => (image as HTMLImageElement).naturalWidth),
    ).toBe(4);
    await page.close();
  });
});
