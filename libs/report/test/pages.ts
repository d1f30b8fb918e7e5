import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Paper, ResultsFile } from '@distillery/lab';
import { JSDOM } from 'jsdom';
import { renderReport } from '../src/render-report';
import { NOW } from './fixture';

/** Renders into a temporary folder, hands its path to `use`, and removes it. */
export async function rendered<T>(papers: readonly Paper[], results: readonly ResultsFile[], use: (dir: string) => Promise<T>): Promise<T> {
  const outDir = await mkdtemp(join(tmpdir(), 'distillery-report-'));
  try {
    await renderReport({ papers, results, outDir, now: NOW });
    return await use(outDir);
  } finally {
    await rm(outDir, { recursive: true });
  }
}

/** The text of the index, of the first paper's page, and of the smoke tier's; the last is empty without such runs. */
export function pages(papers: readonly Paper[], results: readonly ResultsFile[]): Promise<{ index: string; paper: string; smoke: string }> {
  return rendered(papers, results, async (dir) => ({
    index: await readFile(join(dir, 'index.html'), 'utf8'),
    paper: await readFile(join(dir, `${papers[0]?.id ?? ''}.html`), 'utf8'),
    smoke: existsSync(join(dir, 'smoke.html')) ? await readFile(join(dir, 'smoke.html'), 'utf8') : '',
  }));
}

export function documentOf(page: string): Document {
  return new JSDOM(page).window.document;
}

/** The `<main>` element with its white space evened out, one tag per line: what golden files hold. */
export function mainOf(page: string): string {
  const main = /<main[^]*<\/main>/.exec(page)?.[0] ?? '';
  return `${main.replace(/\s+/g, ' ').replace(/> ?</g, '>\n<')}\n`;
}
