import { describe, expect, it } from 'vitest';
import { sourceLine } from '../src/kernel/source-line';

// What tslab 1.0.22 makes of the cell: an import, a type, a constant of an earlier cell, the value of the last expression.
const SOURCE = `import { psnr } from '@distillery/metrics';

interface Pair { a: number; b: number }
const pair: Pair = { a: 1, b: 2 };
const score = psnr(image, image);
score + pair.a`;
const EMITTED = `Object.defineProperty(exports, "__esModule", { value: true });
exports.tsLastExpr = exports.score = exports.pair = exports.psnr = void 0;
const metrics_1 = require("@distillery/metrics");
Object.defineProperty(exports, "psnr", { enumerable: true, get: function () { return metrics_1.psnr; } });
const pair = { a: 1, b: 2 };
exports.pair = pair;
const score = (0, metrics_1.psnr)(exports.image, exports.image);
exports.score = score;
exports.tsLastExpr = score + pair.a;`;

describe('sourceLine', () => {
  it.each([
    [5, 4],
    [7, 5],
    [9, 6],
  ])('leads from compiled line %i to source line %i', (emitted, source) => {
    expect(sourceLine(SOURCE, EMITTED, emitted)).toBe(source);
  });

  it('takes the nearest of equal lines', () => {
    const cell = ['step();', 'other();', 'step();', 'more();', 'step();'].join('\n');
    expect([1, 3, 5].map((line) => sourceLine(cell, cell, line))).toEqual([1, 3, 5]);
  });

  it('is null for a line that resembles none, or is not there', () => {
    expect(sourceLine(SOURCE, 'await somethingElse(entirely);', 1)).toBeNull();
    expect(sourceLine(SOURCE, EMITTED, 99)).toBeNull();
  });
});
