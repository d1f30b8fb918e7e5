import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder, writeFileAtomic } from '@distillery/data';

/** Where pages find Plotly, relative to the folder they lie in. */
export const PLOTLY_PATH = 'assets/plotly-basic.min.js';

const OWN = join(__dirname, '..', 'assets');

/** What every page carries inline, so that a page sent alone still reads well. */
export interface PageAssets {
  readonly css: string;
  readonly script: string;
}

/** The scripts of a page, in the order in which they run. */
const SCRIPTS = ['figures.js', 'terms.js', 'tables.js', 'images.js', 'student-page.js'];

/** Reads the style sheet and the scripts. */
export async function pageAssets(): Promise<PageAssets> {
  const [css, ...scripts] = await Promise.all(['report.css', ...SCRIPTS].map((name) => readFile(join(OWN, name), 'utf8')));
  return { css: css as string, script: scripts.join('\n') };
}

/** The text of Plotly's basic bundle (scatter, bar, pie), from the installed package. */
export function plotlySource(): Promise<string> {
  return readFile(require.resolve('plotly.js-basic-dist-min'), 'utf8');
}

/** Writes a script into a folder of pages, at a path relative to it. Returns the whole path. Throws `UserError` if the folder cannot be written. */
export async function writeAsset(outDir: string, name: string, text: string): Promise<string> {
  const path = join(outDir, name);
  await makeFolder(dirname(path));
  await writeFileAtomic(path, text);
  return path;
}

/** `'sha256-...'`: an inline script's name in a content security policy. */
export function cspHash(script: string): string {
  return `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
}
