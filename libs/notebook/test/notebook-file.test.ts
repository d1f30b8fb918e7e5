import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@distillery/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseNotebook, readNotebook } from '@distillery/notebook';

const cell = { cell_type: 'code', metadata: {}, source: ['const a = 1;\n', 'a'], outputs: [], execution_count: null };
const notebook = { nbformat: 4, nbformat_minor: 2, metadata: { kernelspec: { name: 'tslab' }, custom: 1 }, cells: [cell, cell] };
const parse = (value: unknown) => parseNotebook(JSON.stringify(value), 'x.ipynb');

describe('parseNotebook', () => {
  it('joins lines, keeps unknown metadata and raises the file to 4.5 with an id per cell, the same each time', () => {
    const parsed = parse(notebook);
    expect(parsed).toMatchObject({ nbformat: 4, nbformat_minor: 5, metadata: { custom: 1 } });
    expect(parsed.cells.map(({ source }) => source)).toEqual(['const a = 1;\na', 'const a = 1;\na']);
    const ids = parsed.cells.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[\w-]{1,64}$/);
    expect(parse(notebook).cells.map(({ id }) => id)).toEqual(ids);
    expect(parse({ ...notebook, cells: [{ ...cell, id: 'own' }] }).cells[0]?.id).toBe('own');
  });

  it('reads a file that begins with a byte order mark', () => {
    expect(parseNotebook(`\ufeff${JSON.stringify(notebook)}`, 'x.ipynb').cells).toHaveLength(2);
  });

  it('joins the lines of outputs, but not a list that is JSON', () => {
    const data = {
      'text/plain': ['a\n', 'b'],
      'image/svg+xml': ['<svg>', '</svg>'],
      'application/json': ['x', 'y'],
      'application/x+json': { a: 1 },
    };
    const output = { output_type: 'display_data', data, metadata: {} };
    const [parsed] = parse({ ...notebook, cells: [{ ...cell, outputs: [output] }] }).cells;
    expect(parsed).toMatchObject({ outputs: [{ data: { ...data, 'text/plain': 'a\nb', 'image/svg+xml': '<svg></svg>' } }] });
  });

  it.each([
    ['broken JSON', '{"cells": [', /^x\.ipynb: not a notebook, broken JSON \(/],
    ['an empty file', '', /broken JSON/],
    ['JSON of another kind', '[1, 2]', /not a notebook of nbformat 4 \(top level: /],
    ['an older nbformat', JSON.stringify({ ...notebook, nbformat: 3 }), /\(nbformat: expected 4\)/],
    ['a broken cell', JSON.stringify({ ...notebook, cells: [{ ...cell, source: 7 }] }), /\(cells\.0\.source: /],
    ['an unknown cell type', JSON.stringify({ ...notebook, cells: [{ ...cell, cell_type: 'heading' }] }), /\(cells\.0\.cell_type: /],
    [
      "another kernel's notebook",
      JSON.stringify({ ...notebook, metadata: { kernelspec: { name: 'python3' } } }),
      /written for kernel 'python3', expected 'distillery' or 'tslab'/,
    ],
  ])('refuses %s in one line', (_what, text, expected) => {
    const attempt = () => parseNotebook(text, 'x.ipynb');
    expect(attempt).toThrow(UserError);
    expect(attempt).toThrow(expected);
    expect(attempt).not.toThrow(/\n/);
  });
});

describe('readNotebook', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'notebook-file-'));
    await writeFile(join(folder, 'good.ipynb'), JSON.stringify(notebook));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('reads a notebook', async () => {
    expect((await readNotebook(join(folder, 'good.ipynb'))).cells).toHaveLength(2);
  });

  it('says so in one line when there is none', async () => {
    await expect(readNotebook(join(folder, 'none.ipynb'))).rejects.toThrow(/none\.ipynb: cannot be read \(no such file\)$/);
    await expect(readNotebook(folder)).rejects.toThrow(/cannot be read \(a folder, expected an \.ipynb file\)$/);
    await expect(readNotebook(folder)).rejects.toThrow(UserError);
  });
});
