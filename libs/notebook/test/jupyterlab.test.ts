import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KERNELSPEC } from '../src/protocol/kernel-name';
import { placeWithKernel, pythonHas, type Place } from './jupyter/jupyter';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const haveAll = existsSync(CHROMIUM) && pythonHas('jupyterlab', 'nbconvert');
/** On a busy machine JupyterLab takes its time to start. */
const PATIENCE = 600_000;

const CELLS = [
  `import { button, dropDown, showControl, showTable, slider } from '@distillery/notebook';
await showControl(
  { K: slider([1, 2, 3]), how: dropDown(['sum', 'mean']), again: button() },
  ({ K, how, again }) => showTable([{ K, how, again, product: K * 1000 }]),
  { precompute: 2 },
);`,
  `import { trainLive } from '@distillery/notebook';
import { plain } from '@distillery/distill';
import { edsr } from '@distillery/models';
import { useEngine } from '@distillery/tensor';
import { fill } from '@tensorflow/tfjs-core';
await useEngine('wasm');
const state = await trainLive(plain({ model: edsr({ features: 4, blocks: 1, resScale: 1, rgbRange: 1, scale: 2 }), role: 'student' }), {
  title: 'long',
  schedule: { steps: 1e6, learningRate: 1e-3, decay: 1, decayEvery: 1e6 },
  seed: 0,
  nextBatch: () => ({ lr: fill([1, 6, 6, 3], 0.5), hr: fill([1, 12, 12, 3], 0.25) }) as never,
});`,
  `console.log('next', Object.keys(state).join());`,
];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The cells of the table that a control shows. */
const table = (page: Page): Promise<string> =>
  page.evaluate(() => [...document.querySelectorAll('details:not([hidden]) td')].map((cell) => cell.textContent).join());

/** Of the curve that grows: the pointer shows a value, and what was zoomed to is kept when it is drawn again. */
async function hoverAndZoom(page: Page): Promise<void> {
  const chart = page.locator('.js-plotly-plot');
  const area = chart.locator('.nsewdrag').first();
  await area.scrollIntoViewIfNeeded();
  // An update takes the label away until the pointer moves again.
  await expect
    .poll(
      async () => {
        await area.hover({ position: { x: 100, y: 100 } });
        await area.hover({ position: { x: 120, y: 100 } });
        return chart.locator('.hoverlayer .legend text').allTextContents();
      },
      { timeout: PATIENCE },
    )
    .toEqual([expect.stringMatching(/^\d/), expect.stringMatching(/^total : /)]);
  const state = () =>
    chart.evaluate((graph) => {
      const { data, layout } = graph as unknown as { data: { x: number[] }[]; layout: { xaxis: { range: number[] } } };
      return { range: layout.xaxis.range.map(Math.round), last: data[0]?.x.at(-1) ?? 0 };
    });
  const box = (await area.boundingBox()) as { x: number; y: number; width: number; height: number };
  await page.mouse.move(box.x + 40, box.y + 100);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + 100, { steps: 5 });
  await page.mouse.up();
  const zoomed = await state();
  await expect.poll(async () => (await state()).last, { timeout: PATIENCE }).toBeGreaterThan(zoomed.last);
  expect((await state()).range).toEqual(zoomed.range);
}

async function slide(page: Page, to: number): Promise<void> {
  await page.locator('.control input[type=range]').evaluate((input, value) => {
    (input as HTMLInputElement).value = String(value);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }, to);
}

describe.skipIf(!haveAll)(`in JupyterLab, in ${CHROMIUM} (skipped without either)`, () => {
  let place: Place;
  let lab: ChildProcess;
  let context: BrowserContext;
  let url = '';
  beforeAll(async () => {
    place = await placeWithKernel();
    const work = join(place.folder, 'work');
    await mkdir(work);
    const cells = CELLS.map((source, i) => ({
      cell_type: 'code',
      id: `cell-${i}`,
      metadata: {},
      source,
      outputs: [],
      execution_count: null,
    }));
    const metadata = { kernelspec: KERNELSPEC, language_info: { name: 'typescript' } };
    await writeFile(join(work, 'n.ipynb'), JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells }));
    const port = await freePort();
    const options = ['--no-browser', '--allow-root', '--expose-app-in-browser', `--ServerApp.port=${port}`, '--IdentityProvider.token=t'];
    lab = spawn('python3', ['-m', 'jupyterlab', ...options, `--ServerApp.root_dir=${work}`], { env: place.env, stdio: 'ignore' });
    url = `http://127.0.0.1:${port}`;
    while (
      !(await fetch(`${url}/api`).then(
        ({ ok }) => ok,
        () => false,
      ))
    )
      await sleep(200);
    context = await chromium.launchPersistentContext(join(place.folder, 'profile'), {
      executablePath: CHROMIUM,
      headless: true,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update'],
    });
    context.setDefaultTimeout(PATIENCE);
  }, PATIENCE);
  afterAll(async () => {
    await context?.close();
    lab?.kill();
    await place?.remove();
  });

  it(
    'all cells run; the curve of a training under way names the values under the pointer and stays where it was zoomed to; the interrupted training returns its state and the next cell runs; slider, drop-down and button work, and saved as HTML without a network',
    async () => {
      const page = await context.newPage();
      const command = (name: string): Promise<unknown> =>
        page.evaluate(
          (id) => (window as unknown as { jupyterapp: { commands: { execute(id: string): unknown } } }).jupyterapp.commands.execute(id),
          name,
        );
      await page.goto(`${url}/lab/tree/n.ipynb?token=t`);
      await page.getByText(`${KERNELSPEC.display_name} | Idle`).waitFor();
      void command('notebook:run-all-cells').catch(() => undefined);
      await page.locator('progress').waitFor();
      await page.waitForFunction(() => Number(document.querySelector('progress')?.value) > 0);
      await hoverAndZoom(page);
      await command('notebook:interrupt-kernel');
      await page.getByText(/interrupted: the state after step \d+ is returned/).waitFor();
      await page.getByText(`${KERNELSPEC.display_name} | Idle`).waitFor();
      // Those that waited were not run; the last one is still selected.
      await command('notebook:run-cell');
      await page.getByText('next network,adam.m,adam.v,adam.t').waitFor();

      expect(await table(page)).toBe('1,sum,0,1000');
      const shows = (wanted: string) => expect.poll(() => table(page), { timeout: PATIENCE }).toBe(wanted);
      await slide(page, 2);
      await shows('3,sum,0,3000');
      await page.locator('.control select').selectOption('mean');
      await shows('3,mean,0,3000');
      await page.locator('.control button').click();
      await shows('3,mean,1,3000');

      await command('docmanager:save');
      const { code, stderr } = await place.python(['-m', 'nbconvert', '--to', 'html', join('work', 'n.ipynb')]);
      expect(code, stderr).toBe(0);
      await context.setOffline(true);
      await page.goto(pathToFileURL(join(place.folder, 'work', 'n.html')).href);
      expect(await table(page)).toBe('1,sum,0,1000');
      await page.locator('.control select').selectOption('mean');
      expect(await table(page)).toBe('1,mean,0,1000');
      await slide(page, 1);
      expect(await page.locator('output').textContent()).toMatch(/^not computed before/);
    },
    PATIENCE,
  );
});
