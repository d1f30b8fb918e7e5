import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser without a network, its profile in a folder. */
export function browserIn(dir: string, colorScheme: 'light' | 'dark' = 'light'): Promise<BrowserContext> {
  return chromium.launchPersistentContext(join(dir, `profile-${colorScheme}`), {
    executablePath: CHROMIUM,
    headless: true,
    offline: true,
    colorScheme,
    args: FLAGS,
  });
}

/** Opens a page from disk, `page.html` or `page.html#part`; `problems` collects what went wrong in it: errors, warnings, requests that leave the disk. */
export async function openIn(
  context: BrowserContext,
  dir: string,
  name: string,
  width = 1280,
): Promise<{ page: Page; problems: string[] }> {
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    if (!/^(file|data|blob):/.test(request.url())) problems.push(`requested ${request.url()}`);
  });
  await page.setViewportSize({ width, height: 800 });
  const [file, part] = name.split('#') as [string, string?];
  await page.goto(pathToFileURL(join(dir, file)).href + (part === undefined ? '' : `#${part}`));
  return { page, problems };
}
