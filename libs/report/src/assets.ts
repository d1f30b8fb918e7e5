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

const STYLES = ['report.css', 'viewer.css'];

/** The scripts of a page, in the order in which they run. */
const SCRIPTS = ['figures.js', 'terms.js', 'tables.js', 'viewer.js', 'images.js', 'controls.js', 'scrolling.js', 'student-page.js'];

const textsOf = async (names: readonly string[]): Promise<string> =>
  (await Promise.all(names.map((name) => readFile(join(OWN, name), 'utf8')))).join('\n');

/** Reads the style sheets and the scripts. */
export async function pageAssets(): Promise<PageAssets> {
  return { css: await textsOf(STYLES), script: await textsOf(SCRIPTS) };
}

/** Style sheet and script of the viewer of two pictures, for a page that is not ours: `window.DistilleryCompare(figure, chosen)`. */
export async function viewerAssets(): Promise<PageAssets> {
  return { css: await textsOf(['viewer.css']), script: await textsOf(['viewer.js']) };
}

/** The script of controls, for a page that is not ours: `window.DistilleryControl(root, ask)`. */
export function controlsScript(): Promise<string> {
  return textsOf(['controls.js']);
}

/** The text of Plotly's basic bundle (scatter, bar, pie), from the installed package. */
export function plotlySource(): Promise<string> {
  return readFile(require.resolve('plotly.js-basic-dist-min'), 'utf8');
}

/** Writes a script into a folder of pages, at a path relative to it. Returns the whole path. Throws `UserError` if the folder cannot be written. */
export async function writeAsset(outDir: string, name: string, text: string): Promise<string> {
  const path = join(outDir, name);
  makeFolder(dirname(path));
  await writeFileAtomic(path, text);
  return path;
}

/** `'sha256-...'`: an inline script's name in a content security policy. */
export function cspHash(script: string): string {
  return `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
}
