import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderNotebook, renderReport } from '../src';
import { browserIn, CHROMIUM, hasChromium, openIn } from './chromium';
import { FIXTURE, NOW, SMALL_RESULTS, SMOKE_RESULTS } from './fixture';
import { HOSTILE, poisoned } from './poisoned';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** A notebook that says the same text in every kind of output. */
const notebookOf = (text: string) => ({
  nbformat: 4,
  metadata: { language_info: { name: 'typescript' } },
  cells: [
    { cell_type: 'markdown', source: `# ${text}\n\n${text}\n\n[link](${text})` },
    {
      cell_type: 'code',
      source: text,
      outputs: [
        { output_type: 'stream', name: 'stdout', text },
        { output_type: 'error', ename: text, evalue: text, traceback: [text] },
        ...['text/html', 'text/markdown', 'text/plain', 'image/svg+xml'].map((type) => ({
          output_type: 'display_data',
          data: { [type]: text },
        })),
        {
          output_type: 'display_data',
          data: {
            'application/vnd.plotly.v1+json': {
              data: [{ type: 'scatter', x: [1, 2], y: [1, 2], name: text, text: [text, text] }],
              layout: { title: text },
            },
          },
        },
      ],
    },
  ],
});

describe.skipIf(!hasChromium)(`every page in ${CHROMIUM}`, () => {
  let dir: string;
  const context: Record<'light' | 'dark', BrowserContext | undefined> = { light: undefined, dark: undefined };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'distillery-everywhere-'));
    const results = [SMALL_RESULTS, SMOKE_RESULTS];
    await renderReport({ papers: [FIXTURE], results, against: { name: 'earlier', results }, outDir: join(dir, 'good'), now: NOW });
    await writeFile(
      join(dir, 'good', 'notebook.html'),
      await renderNotebook(notebookOf(`A notebook with a ${'very '.repeat(40)}long line`)),
    );
    const all = HOSTILE.join(' ');
    const { paper, runs } = poisoned(all);
    const against = { name: all, results: [{ ...SMALL_RESULTS, runs }] };
    await renderReport({ papers: [paper], results: against.results, against, outDir: join(dir, 'bad'), now: NOW });
    await writeFile(join(dir, 'bad', 'notebook.html'), await renderNotebook(notebookOf(all)));
    for (const scheme of ['light', 'dark'] as const) context[scheme] = await browserIn(dir, scheme);
  });
  afterAll(async () => {
    await context.light?.close();
    await context.dark?.close();
    await rm(dir, { recursive: true });
  });

  /** Everything that is folded opens, figures are drawn, and the viewer of pictures stands there. */
  async function unfold(page: Page): Promise<void> {
    await page.evaluate(() => {
      document.querySelectorAll('details').forEach((details) => (details.open = true));
      document.querySelector<HTMLElement>('.compare')?.click();
    });
    await page.waitForFunction(() => [...document.querySelectorAll('.plot')].every((plot) => plot.querySelector('svg.main-svg')));
  }

  const NAMES = [
    'against.html',
    'fixture-runs.html',
    'fixture.html',
    'index.html',
    'notebook.html',
    'smoke-fixture-runs.html',
    'smoke.html',
  ];

  it('are all that are written', async () => {
    expect((await readdir(join(dir, 'good'))).filter((name) => name.endsWith('.html')).sort()).toEqual(NAMES);
  });

  for (const scheme of ['light', 'dark'] as const)
    it.each(NAMES)(`%s, unfolded, ${scheme}, has nothing that axe-core finds wrong`, async (name) => {
      for (const width of [1280, 390]) {
        const { page, problems } = await openIn(context[scheme] as BrowserContext, join(dir, 'good'), name, width);
        await unfold(page);
        await page.evaluate(`${AXE}; 0`);
        const { violations } = await page.evaluate(() =>
          (window as unknown as { axe: { run(root: Document): Promise<AxeResults> } }).axe.run(document),
        );
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
        expect(problems).toEqual([]);
        await page.close();
      }
    });

  it.each(NAMES.filter((name) => !name.startsWith('smoke')))('%s runs nothing that text from outside brings along', async (name) => {
    const { page, problems } = await openIn(context.light as BrowserContext, join(dir, 'bad'), name);
    await unfold(page);
    const terms = await page.locator('[data-term]:visible').all();
    if (terms[0]) await terms[0].hover();
    const state = await page.evaluate(() => ({
      pwned: (window as { pwned?: number }).pwned,
      foreign: document.querySelectorAll('iframe, object, embed, form, base, link:not([rel=icon]), script[src]:not([src^="assets/"])')
        .length,
      handlers: [...document.querySelectorAll('*')].filter((element) =>
        [...element.attributes].some((attribute) => attribute.name.startsWith('on')),
      ).length,
      links: [...document.querySelectorAll<HTMLAnchorElement>('a[href]')].filter(
        ({ protocol }) => !['file:', 'https:', 'http:', 'mailto:'].includes(protocol),
      ).length,
    }));
    expect(state).toEqual({ pwned: undefined, foreign: 0, handlers: 0, links: 0 });
    // What the policy refused to run is named; nothing else went wrong.
    expect(problems.filter((problem) => !problem.includes('Content Security Policy'))).toEqual([]);
    await page.close();
  });

  it('prints without controls, and with the figures', async () => {
    const { page } = await openIn(context.light as BrowserContext, join(dir, 'good'), 'fixture.html');
    await page.emulateMedia({ media: 'print' });
    for (const selector of ['.table-tools', '.figure-tools', '.compare', '.contents'])
      expect(await page.locator(selector).first().isVisible()).toBe(false);
    expect(await page.locator('.forest-row').first().isVisible()).toBe(true);
    expect((await page.pdf()).length).toBeGreaterThan(10_000);
    await page.close();
  });
});
