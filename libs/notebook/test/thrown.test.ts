import { describe, expect, it } from 'vitest';
import { describeThrown } from '../src/kernel/thrown';

const CELLS = ['const f = () => g();', 'const a = 1;\nf();'].map((source) => ({ source, emitted: source }));
const library = (count: number): string[] => Array.from({ length: count }, (_, i) => `    at inner${i} (/lib/tfjs/index.js:${i + 1}:1)`);

function traceback(...frames: string[]): readonly string[] {
  const error = new RangeError('boom');
  error.stack = ['RangeError: boom', ...frames].join('\n');
  return describeThrown(error, 'exception', CELLS).traceback;
}

const OWN = ['    at f (cell [1], line 1)\n        const f = () => g();', '    at cell [2], line 2\n        f();'];

describe('a traceback', () => {
  it('begins with the notebook’s own lines, and ends with the first frames of libraries', () => {
    const frames = traceback(...library(9), '    at f (cell-1:1:17)', ...library(2), '    at cell-2:2:1', '    at node:internal/main:1:1');
    expect(frames).toEqual(['RangeError: boom', ...OWN, ...library(3), '    … 8 more in libraries']);
  });

  it('is as long as it is where little is in libraries', () => {
    expect(traceback(...library(2), '    at f (cell-1:1:17)', '    at cell-2:2:1')).toEqual(['RangeError: boom', ...OWN, ...library(2)]);
    expect(traceback(...library(3))).toEqual(['RangeError: boom', ...library(3)]);
  });
});
