import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng, makeLr, type Image } from '@distillery/data';
import { PROTOCOLS, score, scoreLuma } from '@distillery/metrics';
import { buildNetwork, saveParams, upscale, upscaleLuma, type NetworkOptions } from '@distillery/models';
import { seedRng, useEngine } from '@distillery/tensor';
import { dispose } from '@tensorflow/tfjs-core';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport, type StudentSource } from '../src';
import { browserIn, CHROMIUM, hasChromium, openIn } from './chromium';
import { FIXTURE, NOW, SMALL_RESULTS } from './fixture';

/** An RGB network for the one arm, a luma network for the other. */
const NETWORKS: Readonly<Record<string, NetworkOptions>> = {
  alone: { architecture: 'edsr', features: 8, blocks: 1, resScale: 1, rgbRange: 255 },
  contrast: { architecture: 'fsrcnn', features: 16, shrunk: 5, mapping: 1 },
};

const HOSTILE_NAME = '<img src=x onerror="window.pwned=1"></script>.png';

/** A picture with edges and slopes, its width no multiple of the scale. */
const IMAGE: Image = {
  width: 66,
  height: 64,
  channels: 3,
  data: Uint8Array.from({ length: 66 * 64 * 3 }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 3) % 66, Math.floor(i / 198), i % 3];
    return (x * 3 + y * (c + 1) + ((x >> 3) + (y >> 3)) * 40) % 256;
  }),
};

describe.skipIf(!hasChromium)(`what can be done on a page, in ${CHROMIUM} with the network off`, () => {
  let dir: string;
  let context: BrowserContext;
  const expected: Record<string, { psnr: number; ssim: number }> = {};

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'distillery-interaction-'));
    await useEngine('wasm');
    const weights: Record<string, { network: NetworkOptions; scale: number; bytes: Buffer }> = {};
    const hr: Image = { ...IMAGE, width: 64, data: IMAGE.data.filter((_, i) => Math.floor(i / 3) % 66 < 64) };
    const lr = makeLr(IMAGE, 4);
    for (const [arm, network] of Object.entries(NETWORKS)) {
      const model = buildNetwork(network, 4);
      const params = model.init(seedRng(arm.length));
      weights[arm] = { network, scale: 4, bytes: saveParams(params) };
      expected[arm] =
        model.channels === 3
          ? score(await upscale(model, params, lr), hr, PROTOCOLS['y-border-scale'], 4)
          : scoreLuma(await upscaleLuma(model, params, lr), hr, PROTOCOLS['y-border-scale'], 4);
      dispose(params);
    }
    const students: StudentSource = {
      weightsOf: (run) => Promise.resolve(weights[run.spec.recipe.arm] ?? null),
      images: [{ name: HOSTILE_NAME, png: await encodePng(IMAGE) }],
    };
    await renderReport({ papers: [FIXTURE], results: [SMALL_RESULTS], students, outDir: dir, now: NOW });
    await writeFile(join(dir, HOSTILE_NAME.replace(/\//g, '')), await encodePng(IMAGE));
    await writeFile(join(dir, 'no image.txt'), 'text');
    context = await browserIn(dir);
  });
  afterAll(async () => {
    await context?.close();
    await rm(dir, { recursive: true });
  });

  const status = (page: Page) => page.locator('.student-status').textContent();
  const finished = (page: Page) => page.waitForFunction(() => / s\.$/.test(document.querySelector('.student-status')?.textContent ?? ''));
  const pwned = (page: Page) => page.evaluate(() => (window as { pwned?: number }).pwned);

  it('runs the networks of the runs: a benchmark’s image, with the scores that the same code gives outside', async () => {
    const { page, problems } = await openIn(context, dir, 'fixture.html');
    await page.locator('.student-image').focus();
    await page.waitForFunction(() => document.querySelectorAll('.student-image option').length === 2);
    await page.locator('.student-image').selectOption('0');
    await finished(page);
    const captions = (await page.locator('.student-result figcaption').allTextContents()).map((text) => text.trim());
    expect(captions.map((text) => text.replace(/[\d.]+ dB.*/, ''))).toEqual([
      'LR',
      'Bicubic',
      'Student alone',
      'Student, contrast',
      'HR, ground truth',
    ]);
    for (const [i, arm] of ['alone', 'contrast'].entries()) {
      const { psnr, ssim } = expected[arm] as { psnr: number; ssim: number };
      expect(captions[i + 2]).toContain(`${psnr.toFixed(2)} dB, SSIM ${ssim.toFixed(4)}`);
    }
    expect(await status(page)).toContain(HOSTILE_NAME);
    expect(await pwned(page)).toBeUndefined();
    expect(problems).toEqual([]);
    await page.close();
  });

  it('takes the reader’s own image, as ground truth or as low resolution, and refuses what is none', async () => {
    const { page, problems } = await openIn(context, dir, 'fixture.html');
    const file = page.locator('.student input[type=file]');
    await file.setInputFiles(join(dir, 'no image.txt'));
    await page.waitForFunction(() =>
      document.querySelector('.student-status')?.textContent?.includes('no image that this browser can show'),
    );
    await file.setInputFiles(join(dir, HOSTILE_NAME.replace(/\//g, '')));
    await finished(page);
    expect(await status(page)).toContain('64×64 pixels by 2 networks');
    await page.locator('.student-role').selectOption('lr');
    await page.waitForFunction(() => document.querySelector('.student-status')?.textContent?.includes('264×256 pixels'));
    expect(await page.locator('.student-result').textContent()).not.toContain('dB');
    expect(await pwned(page)).toBeUndefined();
    expect(problems).toEqual([]);
    await page.close();
  });

  it('compares two pictures by keyboard: the divider, zoom, the error map', async () => {
    const { page, problems } = await openIn(context, dir, 'fixture.html');
    await page.locator('.compare').first().click();
    const canvas = page.locator('.viewer-canvas').first();
    await canvas.waitFor();
    expect(await canvas.evaluate((element) => element === document.activeElement)).toBe(true);
    const picture = () => canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());
    const note = () => page.locator('.viewer-note').first().textContent();
    const seen = [await picture()];
    for (const key of [',', '+', 'ArrowRight', 'e']) {
      await page.keyboard.press(key);
      seen.push(await picture());
    }
    expect(await note()).toMatch(/^Difference of .*the largest is 0 of 255\.$/);
    await page.keyboard.press('e');
    await page.keyboard.press('0');
    await page.keyboard.press('.');
    expect(await picture()).toBe(seen[0]);
    expect(new Set(seen.slice(0, 3)).size).toBe(3);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('explains a term on hover and on focus, until Escape', async () => {
    const { page } = await openIn(context, dir, 'index.html');
    const term = page.locator('[data-term="small-tier"]').first();
    await term.hover();
    const tip = page.locator('#tip');
    expect(await tip.textContent()).toMatch(/^Runs of minutes/);
    expect(await term.getAttribute('aria-describedby')).toBe('tip');
    await page.keyboard.press('Escape');
    expect(await tip.isVisible()).toBe(false);
    await page.locator('[data-term="protocol"]').first().focus();
    expect(await tip.textContent()).toMatch(/^Everything about how a score is measured/);
    expect(await tip.isVisible()).toBe(true);
    await page.close();
  });

  it('copies tables as CSV, LaTeX and Markdown, with every row and column', async () => {
    const { page } = await openIn(context, dir, 'fixture.html');
    const copies = await page.evaluate(() => {
      const copy = (window as unknown as { DistilleryTable(table: Element, format: string): string }).DistilleryTable;
      const table = [...document.querySelectorAll('table')].find((candidate) =>
        candidate.caption?.textContent?.includes('PSNR (dB), protocol'),
      ) as HTMLTableElement;
      return {
        rows: table.rows.length,
        ...Object.fromEntries(['CSV', 'LaTeX', 'Markdown'].map((format) => [format, copy(table, format)])),
      };
    });
    const { rows, CSV, LaTeX, Markdown } = copies as unknown as { rows: number; CSV: string; LaTeX: string; Markdown: string };
    expect(CSV.split('\n')).toHaveLength(rows);
    expect(CSV).toContain('"Student, contrast Table 1: Row contrast",28.35 ×8 suspect,');
    expect(Markdown.split('\n')).toHaveLength(rows + 1);
    expect(new Set(Markdown.split('\n').map((line) => line.split(' | ').length)).size).toBe(1);
    expect(LaTeX).toContain('28.35 $\\times$8 suspect');
    expect(LaTeX.match(/\\\\\n/g)).toHaveLength(rows);
    await page.close();
  });

  it('saves a figure as SVG and as PNG', async () => {
    const { page, problems } = await openIn(context, dir, 'fixture.html');
    for (const [format, start] of [
      ['SVG', '<svg'],
      ['PNG', '\ufffdPNG'],
    ] as const) {
      const download = page.waitForEvent('download');
      await page.locator('.figure-tools button', { hasText: format }).first().click();
      expect((await readFile((await (await download).path()) ?? '', 'utf8')).startsWith(start)).toBe(true);
    }
    expect(problems).toEqual([]);
    await page.close();
  });
});
