import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InstrumentFile, InstrumentRow } from '@distillery/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../src';
import { FIXTURE, NOW, SMALL_RESULTS } from './fixture';
import { documentOf, pages } from './pages';

/** Invented measurements; nothing here is one. */
function row(network: string, scale: number, psnr: number): InstrumentRow {
  return {
    hash: Buffer.from(`${network}${scale}`).toString('hex').padEnd(64, '0').slice(0, 64),
    network,
    dataset: 'Set5',
    scale,
    weights: network === 'bicubic' ? null : 'c'.repeat(64),
    images: [
      { name: 'bird', psnr: psnr - 1, ssim: 0.8 },
      { name: 'woman', psnr: psnr + 1, ssim: 0.9 },
    ],
    protocols: [
      { protocol: 'y-border-scale', psnr, ssim: 0.85 },
      { protocol: 'rgb-border-scale', psnr: psnr - 1.75, ssim: 0.83 },
    ],
    otherBorder: network === 'bicubic' ? { border: 'replicate', psnr: psnr - 0.002, ssim: 0.85 } : null,
    provenance: { ...(SMALL_RESULTS.runs[0] as (typeof SMALL_RESULTS.runs)[number]).provenance, command: `measure <${network}>` },
  };
}

const INSTRUMENT: InstrumentFile = {
  schema: 1,
  rows: [row('bicubic', 4, 28.431), row('carn-m', 4, 31.7), row('realesr-general', 4, 24), row('of a later <version>', 4, 30)],
};

describe('the instrument page', () => {
  let dir: string;
  let page: Document;
  let index: Document;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'distillery-report-'));
    const { files } = await renderReport({ papers: [FIXTURE], results: [], instrument: INSTRUMENT, outDir: dir, now: NOW });
    expect(files).toContain(join(dir, 'instrument.html'));
    page = documentOf(await readFile(join(dir, 'instrument.html'), 'utf8'));
    index = documentOf(await readFile(join(dir, 'index.html'), 'utf8'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  const cells = (selector: string): string[][] =>
    [...page.querySelectorAll(`${selector} tbody tr`)].map((line) => [...line.children].map((cell) => cell.textContent?.trim() ?? ''));

  it('holds published and independent values against ours', () => {
    const [bicubic, carn, realesr, later] = cells('section[aria-labelledby="scores"]');
    expect(bicubic?.slice(1, 10)).toEqual(['Set5, ×4', '28.42', '28.431', '+0.011', '28.43', '+0.001', '0.8500', '2', 'y-border-scale']);
    expect(carn?.slice(2, 7)).toEqual(['31.92', '31.700', '−0.220', '31.88', '−0.180']);
    expect(realesr?.slice(2, 7)).toEqual(['none given', '24.000', 'none given', 'none given', 'none given']);
    expect(later?.[0]).toBe('of a later <version>');
    expect(page.querySelector('.lead')?.textContent).toMatch(/1 of 2 rows agree to 0.01 dB/);
  });

  it('shows the effect of every protocol as figure and as text', () => {
    const figures = [...page.querySelectorAll('[data-figure]')];
    expect(figures).toHaveLength(1);
    const numbers = cells('#protocols-Set5-x4');
    expect(numbers).toContainEqual(['CARN-M', 'rgb-border-scale', '29.950', '−1.750']);
    expect(numbers).toContainEqual(['Bicubic (MATLAB)', 'LR border replicate', '28.429', '−0.002']);
  });

  it('is linked from the index, and every link and id of it is sound', () => {
    expect(index.querySelector('a[href="instrument.html"]')).not.toBeNull();
    expect(page.querySelectorAll('h1')).toHaveLength(1);
    const ids = [...page.querySelectorAll('[id]')].map(({ id }) => id);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    const links = [...page.querySelectorAll('a[href^="#"]')].map((link) => link.getAttribute('href')?.slice(1));
    expect(links.filter((id) => !ids.includes(id ?? ''))).toEqual([]);
    for (const table of page.querySelectorAll('table')) {
      const widths = [...table.rows].map((line) => line.cells.length);
      expect(new Set(widths).size).toBe(1);
      for (const cell of table.querySelectorAll('td, th')) expect(cell.textContent?.trim()).not.toBe('');
    }
  });

  it('is not written without measurements; the index says how to get it', async () => {
    const without = documentOf((await pages([FIXTURE], [])).index);
    expect(without.querySelector('a[href="instrument.html"]')).toBeNull();
    expect(without.querySelector('section[aria-labelledby="instrument"]')?.textContent).toContain('npx distillery reproduce --data DIR');
  });
});
