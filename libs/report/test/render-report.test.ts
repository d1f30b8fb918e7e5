import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@distillery/tensor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderReport } from '../src';
import { FIXTURE, NOW, PNG, SMALL_RESULTS } from './fixture';

describe('renderReport', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'distillery-report-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('writes the index, a page per paper, one of its runs, and Plotly, names them, and leaves nothing else', async () => {
    const outDir = join(dir, 'deep', 'reports');
    const { files } = await renderReport({ papers: [FIXTURE], results: [SMALL_RESULTS], outDir, now: NOW });
    expect(files.sort()).toEqual(
      ['assets/plotly-basic.min.js', 'fixture-runs.html', 'fixture.html', 'index.html'].map((name) => join(outDir, name)).sort(),
    );
    expect((await readdir(outDir)).sort()).toEqual(['assets', 'fixture-runs.html', 'fixture.html', 'index.html']);
    expect(await readFile(join(outDir, 'fixture.html'), 'utf8')).toContain('<script src="assets/plotly-basic.min.js"></script>');
  });

  it('gives the same bytes for the same input', async () => {
    const read = async (outDir: string) => {
      await renderReport({ papers: [FIXTURE], results: [SMALL_RESULTS], outDir, now: NOW });
      return Promise.all(['index.html', 'fixture.html', 'fixture-runs.html'].map((name) => readFile(join(outDir, name), 'utf8')));
    };
    expect(await read(join(dir, 'a'))).toEqual(await read(join(dir, 'b')));
  });

  it('refuses results of a paper it does not know, in one line', async () => {
    const stray = { ...SMALL_RESULTS, paper: 'nobody' };
    const attempt = renderReport({ papers: [FIXTURE], results: [stray], outDir: dir });
    await expect(attempt).rejects.toThrow(UserError);
    await expect(attempt).rejects.toThrow("results of unknown paper 'nobody': expected one of fixture");
  });

  it('says in one line where it could not write', async () => {
    await writeFile(join(dir, 'file'), '');
    const attempt = renderReport({ papers: [FIXTURE], results: [], outDir: join(dir, 'file') });
    await expect(attempt).rejects.toThrow(UserError);
    await expect(attempt).rejects.toThrow(/^cannot make the folder .*file.assets: a file stands in its way$/);
  });

  it('keeps the earlier report if the new one cannot be made', async () => {
    await renderReport({ papers: [FIXTURE], results: [SMALL_RESULTS], outDir: dir, now: NOW });
    const before = await readFile(join(dir, 'fixture.html'), 'utf8');
    const runs = SMALL_RESULTS.runs.map((run) => ({ ...run, crops: run.crops.map((crop) => ({ ...crop, pngBase64: PNG.slice(4) })) }));
    await expect(renderReport({ papers: [FIXTURE], results: [{ ...SMALL_RESULTS, runs }], outDir: dir })).rejects.toThrow(
      'expected a base64-encoded PNG',
    );
    expect(await readFile(join(dir, 'fixture.html'), 'utf8')).toBe(before);
  });
});
