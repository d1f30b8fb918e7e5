import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Image } from '@distillery/data';
import { button, dropDown, livePlot, showComparison, showControl, showTable, slider } from '@distillery/notebook';
import { renderNotebook } from '@distillery/report';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserIn, CHROMIUM, hasChromium, openIn } from '../../report/test/chromium';
import { collectDisplays, stopDisplays, type Sent } from './displayed';

/** A grey square of one value. */
const grey = (value: number): Image => ({ width: 16, height: 16, channels: 3, data: new Uint8Array(768).fill(value) });

/** What the notebook's cells display, as nbformat has it. */
async function outputs(): Promise<Record<string, unknown>[]> {
  const sent: Sent[] = collectDisplays();
  await showControl({ K: slider([1, 2, 4], 2), how: dropDown(['sum', '<mean>']) }, ({ K, how }) =>
    showTable([{ K, how, product: K * 1000 }]),
  );
  await showControl({ K: slider([1, 2]), again: button() }, ({ K }) => showTable([{ K, product: K * 7 }]), { precompute: 1 });
  await showComparison({ LR: grey(10), bicubic: grey(90), student: grey(99), HR: grey(100) }, { scale: 4 });
  const plot = livePlot({ title: 'Loss' });
  const begun = sent.length;
  for (let step = 1; step <= 100; step++) plot.add(step, { total: 1 / step, ...(step % 25 === 0 && { validation: step }) });
  plot.done();
  stopDisplays();
  // What changed in place is kept as it was last.
  return [...sent.slice(0, begun), sent.at(-1) as Sent].map(({ data }) => data);
}

const cell = (data: object) => ({
  cell_type: 'code',
  metadata: {},
  execution_count: 1,
  source: '',
  outputs: [{ output_type: 'display_data', metadata: {}, data }],
});

describe.skipIf(!hasChromium)(`what a notebook shows, in ${CHROMIUM} with the network off (skipped without it)`, () => {
  let dir: string;
  let context: BrowserContext;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'distillery-shown-'));
    const shown = await outputs();
    const forged = {
      'text/html': '<div class="control" data-inputs="[{&quot;name&quot;:1}"><details><summary>a</summary>b</details></div>',
    };
    const metadata = { language_info: { name: 'typescript' } };
    const notebook = { nbformat: 4, nbformat_minor: 5, metadata, cells: [...shown, forged].map(cell) };
    await writeFile(join(dir, 'ours.html'), await renderNotebook(notebook));
    // Jupyter, nbconvert and others put the output's own HTML into their page, and its scripts run.
    const live = shown.map((data) => `<section>${String(data['text/html'])}</section>`).join('');
    await writeFile(join(dir, 'theirs.html'), `<!doctype html><html><head><meta charset="utf-8"></head><body>${live}</body></html>`);
    context = await browserIn(dir);
  });
  afterAll(async () => {
    await context?.close();
    await rm(dir, { recursive: true });
  });

  const cells = (page: Page, at: number) =>
    page
      .locator('.control')
      .nth(at)
      .evaluate((root) => [...root.querySelectorAll('details:not([hidden]) td')].map((one) => one.textContent).join());

  describe.each(['ours.html', 'theirs.html'])('%s', (name) => {
    it('has sliders and lists that choose among what was computed, and says what was not', async () => {
      const { page, problems } = await openIn(context, dir, name);
      const [first, second] = [page.locator('.control').nth(0), page.locator('.control').nth(1)];
      expect(await cells(page, 0)).toBe('2,sum,2000');
      expect(await first.locator('label span').textContent()).toBe('2');
      await first.locator('input[type=range]').press('ArrowRight');
      expect(await cells(page, 0)).toBe('4,sum,4000');
      await first.locator('select').selectOption('<mean>');
      expect(await cells(page, 0)).toBe('4,<mean>,4000');
      expect(await first.locator('output').textContent()).toBe('');
      await second.locator('input[type=range]').press('ArrowRight');
      expect(await second.locator('output').textContent()).toMatch(/^not computed before/);
      expect(problems).toEqual([]);
      await page.close();
    });

    it('compares two images under a divider, by keyboard too, with their PSNR', async () => {
      const { page, problems } = await openIn(context, dir, name);
      const figure = page.locator('.comparison');
      const captions = (await figure.locator('figcaption').allTextContents()).map((text) => text.trim());
      // Luma spans 219 of 255 values: 20 log10(255 / (difference * 219 / 255)).
      expect(captions).toEqual(['LR10.37 dB', 'bicubic29.45 dB', 'student49.45 dB', 'HRthe truth']);
      // A page of ours opens it by a button, with bicubic first.
      const left = name === 'ours.html' ? 'bicubic' : 'LR';
      if (name === 'ours.html') await figure.getByRole('button', { name: 'Compare two of these' }).click();
      const canvas = figure.locator('canvas');
      await canvas.waitFor();
      expect(await figure.getByRole('status').textContent()).toBe(`Left: ${left}. Right: student. Whole image.`);
      const colours = () =>
        canvas.evaluate((element: HTMLCanvasElement) => {
          const copy = new OffscreenCanvas(element.width, element.height).getContext('2d', { willReadFrequently: true });
          copy?.drawImage(element, 0, 0);
          return [2, element.width - 3].map((x) => copy?.getImageData(x, 2, 1, 1).data[0]);
        });
      expect(await colours()).toEqual([left === 'LR' ? 10 : 90, 99]);
      await canvas.focus();
      for (let presses = 0; presses < 12; presses++) await canvas.press(',');
      expect(await colours()).toEqual([99, 99]);
      await canvas.press('+');
      expect(await figure.getByRole('status').textContent()).toContain('Zoomed 1.3×');
      await canvas.press('e');
      expect(await figure.getByRole('status').textContent()).toContain(`the largest is ${left === 'LR' ? 89 : 9} of 255`);
      expect(problems).toEqual([]);
      await page.close();
    });
  });

  describe.each(['ours.html', 'theirs.html'])('a curve in %s', (name) => {
    it('names each value under the pointer, and is as light or dark as the page', async () => {
      const { page, problems } = await openIn(context, dir, name);
      await page.emulateMedia({ colorScheme: 'dark' });
      if (name === 'theirs.html') await page.evaluate(() => Object.assign(document.body.style, { background: '#111', color: '#eee' }));
      const chart = page.locator('.js-plotly-plot');
      await chart.locator('.scatterlayer .trace').nth(2).waitFor();
      await chart.scrollIntoViewIfNeeded();
      // A theme that was changed after the figure was drawn.
      if (name === 'theirs.html') await page.evaluate(() => document.body.setAttribute('data-jp-theme-light', 'false'));
      const valuesAt = async (x: number): Promise<string[]> => {
        const area = (await chart.locator('.nsewdrag').first().boundingBox()) as { x: number; y: number; height: number };
        const along = await chart.evaluate(
          (graph, at) => (graph as unknown as { _fullLayout: { xaxis: { l2p(x: number): number } } })._fullLayout.xaxis.l2p(at),
          x,
        );
        await page.mouse.move(area.x + along, area.y + area.height / 2, { steps: 3 });
        return chart.locator('.hoverlayer .legend text').allTextContents();
      };
      // A page that is still growing moves what is under the pointer.
      await expect.poll(() => valuesAt(75)).toEqual(['75', expect.stringMatching(/^total : 0\.01\d/), 'validation : 75.00']);
      const ink = await chart
        .locator('.xtick text')
        .first()
        .evaluate((text) => getComputedStyle(text).fill);
      expect(Math.min(...(ink.match(/\d+/g) ?? []).slice(0, 3).map(Number)), ink).toBeGreaterThan(150);
      expect(problems).toEqual([]);
      await page.close();
    });
  });

  it('what only looks like a control stays a list to unfold, and the page goes on', async () => {
    const { page } = await openIn(context, dir, 'ours.html');
    expect(await page.locator('.control').nth(2).locator('input').count()).toBe(0);
    expect(await page.locator('.control').nth(2).locator('summary').isVisible()).toBe(true);
    await page.close();
  });
});
