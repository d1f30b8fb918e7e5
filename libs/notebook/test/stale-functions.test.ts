import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseNotebook } from '@distillery/notebook';
import { createStaleFunctions } from '../src/kernel/stale-functions';
import { codeCells } from './notebooks';

/** The warnings of cells that run one after another. */
function warningsOf(...cells: string[]): string[] {
  const watch = createStaleFunctions();
  return cells.flatMap((source, i) => {
    const warnings = watch.warnings(source);
    watch.ran(i + 1, source);
    return warnings;
  });
}
const MADE =
  'const myTerm = (a: number) => a, other = 1;\nconst withTerm = (w: number) => w * myTerm(1);\nfunction both() { return withTerm(2); }';
const told = (name: string): string =>
  `${name} of cell [1] still uses the myTerm of that cell: change myTerm there and run that cell again.`;

describe('a function whose cell’s values were declared anew', () => {
  it.each([
    ['in the cell that uses it', ['const myTerm = (a: number) => 2 * a;\nwithTerm(1);'], [told('withTerm')]],
    ['in a cell before', ['function myTerm(a: number) { return 2 * a; }', 'const o = { withTerm };'], [told('withTerm')]],
    ['and that another one calls', ['const myTerm = 3;', 'both();'], [told('both')]],
    ['as a part of something', ['const { myTerm } = { myTerm: 3 };', 'withTerm(1);'], [told('withTerm')]],
  ])('%s', (_where, cells, warnings) => {
    expect(warningsOf(MADE, ...cells)).toEqual(warnings);
  });

  it.each([
    ['is not used', ['const myTerm = 3;']],
    ['is made anew, as when all cells are run again', ['const myTerm = 3;', MADE, 'both();']],
    ['is another one', ['const myTerm = 3;', 'const withTerm = () => 1;', 'withTerm();']],
    ['does not use what was declared anew', ['const other = 3;', 'both();']],
    [
      'has only its name in common',
      ['const myTerm = 3;', 'const o = { withTerm: 1 };\no.withTerm;\nconst f = (both: () => void) => both();'],
    ],
  ])('says nothing where it %s', (_where, cells) => {
    expect(warningsOf(MADE, ...cells)).toEqual([]);
  });

  it('says nothing of functions that have names of their own, or see the later value by themselves', () => {
    expect(warningsOf('const x = 1;\nconst f = (x: number) => { const y = x; return y; };', 'const x = 2;\nf(x);')).toEqual([]);
    expect(warningsOf('const x = 1;', 'const f = () => x;', 'const x = 2;\nf();')).toEqual([]);
    expect(warningsOf('interface T { a: number }\nconst f = (t: T) => t;', 'interface T { b: number }\nf({} as never);')).toEqual([]);
  });
});

const FOLDER = join(__dirname, '../../../notebooks');
it.each(readdirSync(FOLDER).filter((name) => name.endsWith('.ipynb')))('%s, run twice, gets no warning', (name) => {
  const cells = codeCells(parseNotebook(readFileSync(join(FOLDER, name), 'utf8'), name)).map(({ source }) => source);
  expect(cells.length).toBeGreaterThan(5);
  expect(warningsOf(...cells, ...cells)).toEqual([]);
});
