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

export interface Pages {
  readonly index: string;
  readonly paper: string;
  /** The runs behind the paper's numbers. */
  readonly runs: string;
  readonly smoke: string;
  readonly smokeRuns: string;
}

/** The text of the index, of the first paper's page and that of its runs, and of the smoke tier's and its runs'; empty where there are no such runs. */
export function pages(papers: readonly Paper[], results: readonly ResultsFile[]): Promise<Pages> {
  const id = papers[0]?.id ?? '';
  return rendered(papers, results, async (dir) => {
    const read = async (name: string): Promise<string> => (existsSync(join(dir, name)) ? readFile(join(dir, name), 'utf8') : '');
    return {
      index: await read('index.html'),
      paper: await read(`${id}.html`),
      runs: await read(`${id}-runs.html`),
      smoke: await read('smoke.html'),
      smokeRuns: await read(`smoke-${id}-runs.html`),
    };
  });
}

export function documentOf(page: string): Document {
  return new JSDOM(page).window.document;
}

/** The `<main>` element with its white space evened out, one tag per line: what golden files hold. */
export function mainOf(page: string): string {
  const main = /<main[^]*<\/main>/.exec(page)?.[0] ?? '';
  return `${main.replace(/\s+/g, ' ').replace(/> ?</g, '>\n<')}\n`;
}
