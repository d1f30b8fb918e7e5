import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(join(__dirname, '..', 'assets', 'report.css'), 'utf8');

function tokens(block: string): Record<string, string> {
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));
}

const light = tokens(/:root \{[^}]*\}/.exec(css)?.[0] ?? '');
const dark = { ...light, ...tokens(/:root:not\(\[data-printing\]\) \{[^}]*\}/.exec(css)?.[0] ?? '') };

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** (L1 + 0.05) / (L2 + 0.05), lighter over darker, WCAG 2.2. */
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const TEXT = ['ink', 'muted', 'link', 'reproduced', 'tolerance', 'contradicted', 'inconclusive', 'under-trained', 'not-judged'];
const CODE = ['ink', 'muted', 'series-1', 'series-2', 'series-3', 'series-4', 'series-5'];
const LINES = ['series-1', 'series-2', 'series-3', 'series-4', 'series-5', 'series-6', 'warning-rule'];

describe.each(Object.entries({ light, dark }))('colours of the %s scheme', (_name, scheme) => {
  const ratio = (a: string, b: string) => contrast(scheme[a] ?? '', scheme[b] ?? '');

  it.each(TEXT)('%s is readable on the page (AA, 4.5)', (name) => {
    expect(ratio(name, 'paper')).toBeGreaterThanOrEqual(4.5);
  });
  it.each(CODE)('%s is readable in code (AA, 4.5)', (name) => {
    expect(ratio(name, 'panel')).toBeGreaterThanOrEqual(4.5);
  });
  it.each(['warning', 'warning-stripe'])('the warning is readable on %s (AA, 4.5)', (name) => {
    expect(ratio('warning-ink', name)).toBeGreaterThanOrEqual(4.5);
  });
  it.each(LINES)('%s stands out from the page (AA, 3)', (name) => {
    expect(ratio(name, 'paper')).toBeGreaterThanOrEqual(3);
  });
});

describe('the style sheet', () => {
  it('names every colour once: none outside the tokens', () => {
    const rules = css.slice(css.indexOf('/* ---------- text'));
    expect(rules).not.toMatch(/#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(/i);
  });

  it('uses no token that is not defined, and defines none that is not used', () => {
    const defined = new Set([...css.matchAll(/(?:^|\s)--([\w-]+):/g)].map(([, name]) => name));
    const figures = readFileSync(join(__dirname, '..', 'assets', 'figures.js'), 'utf8');
    const used = new Set([...css.matchAll(/var\(--([\w-]+)\)/g), ...figures.matchAll(/'@([\w-]+)'/g)].map(([, name]) => name));
    expect([...used].filter((name) => !defined.has(name))).toEqual([]);
    expect([...defined].filter((name) => !used.has(name) && !/^series-\d$/.test(name ?? ''))).toEqual([]);
  });
});
