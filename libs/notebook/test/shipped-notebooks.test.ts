import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { executeNotebook, parseNotebook, type Notebook } from '@distillery/notebook';
import { PAPERS } from '@distillery/papers';
import { codeCells, folderWithPackages, plain, printed } from './notebooks';

const root = join(__dirname, '../../..');
const NOTEBOOKS = [...Object.keys(PAPERS), 'tour'].sort().map((name) => `${name}.ipynb`);
const read = async (name: string): Promise<Notebook> => parseNotebook(await readFile(join(root, 'notebooks', name), 'utf8'), name);

describe('the notebooks folder', () => {
  it('holds the tour and a notebook per paper', async () => {
    const names = (await readdir(join(root, 'notebooks'))).filter((name) => name.endsWith('.ipynb'));
    expect(names.sort()).toEqual(NOTEBOOKS);
  });

  it.each(NOTEBOOKS)('%s is for the tslab kernel and committed without outputs', async (name) => {
    const notebook = await read(name);
    expect(notebook).toMatchObject({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec: { name: 'tslab', language: 'typescript' } } });
    const cells = codeCells(notebook);
    expect(cells.length).toBeGreaterThan(5);
    for (const { outputs, execution_count } of cells) expect([outputs, execution_count]).toEqual([[], null]);
    const ids = notebook.cells.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

// With the built libraries, as Jupyter runs them; every cell is type-checked on the way.
describe('at the smoke tier, without a data folder', () => {
  let folder = '';
  beforeAll(async () => {
    vi.stubEnv('DISTILLERY_DATA', undefined);
    vi.stubEnv('DISTILLERY_TIER', undefined);
    // Not in the repository's folder: the notebooks write runs/ and read reports/ beside theirs.
    folder = await folderWithPackages();
    await mkdir(join(folder, 'notebooks'));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  const execute = async (name: string): Promise<Notebook> => executeNotebook(await read(name), { cwd: join(folder, 'notebooks') });

  /** Every output of the cell called `id`, as text. */
  const shown = (notebook: Notebook, id: string): string => {
    const cell = codeCells(notebook).findIndex((one) => one.id === id);
    return [...(codeCells(notebook)[cell]?.outputs.map(plain) ?? []), printed(notebook, cell)].join('\n');
  };

  it('the tour runs, trains and scores', async () => {
    const notebook = await execute('tour.ipynb');
    expect(shown(notebook, 'step')).toContain('(equal)');
    expect(shown(notebook, 'train')).toContain('60/60');
    expect(shown(notebook, 'upscale')).toMatch(/our network\t\d+\.\d{4}\t0\.\d{4}/);
  });

  it('CSD runs from the published table to the verdicts, and by hand comes to what a run comes to', async () => {
    const notebook = await execute('csd.ipynb');
    expect(shown(notebook, 'published')).toContain('Table 1: CSD, EDSR+ 0.25x\t29.13\t32.34\t28.72\t27.68\t26.34');
    expect(shown(notebook, 'published')).toContain('not available');
    expect(shown(notebook, 'train')).toContain('contrastive');
    expect(shown(notebook, 'same')).toContain(': equal');
    expect(shown(notebook, 'verdicts')).toContain('evidence of nothing');
    const figure = codeCells(notebook).find(({ id }) => id === 'figure')?.outputs[0];
    expect(figure).toMatchObject({
      output_type: 'display_data',
      data: { 'application/vnd.plotly.v1+json': { data: [{ x: [1, 4, 10] }, { x: [1, 4, 10] }] } },
    });
  }, 900_000);

  it('JDSR runs from the networks to the verdicts, and by hand comes to what a run comes to', async () => {
    const notebook = await execute('jdsr.ipynb');
    expect(shown(notebook, 'published')).toContain('IMDN, not distilled\t32.21\t28.58\t27.56\t26.04\t30.45');
    expect(shown(notebook, 'networks')).toContain('4\t214080');
    expect(shown(notebook, 'stage-two')).toContain('20/20');
    expect(shown(notebook, 'meta-gradient')).toContain('virtual step, L1\t0.000000');
    expect(shown(notebook, 'by-hand')).toContain('true');
    expect(shown(notebook, 'by-hand')).not.toContain('false');
    expect(shown(notebook, 'verdicts')).toContain('evidence of nothing');
  }, 900_000);

  it('SRKD runs from the published table to the verdicts, and by hand comes to what a run comes to', async () => {
    const notebook = await execute('srkd.ipynb');
    expect(shown(notebook, 'published')).toContain('Table 2: SNSR + (G_mean)^2 KD\t32.60\t29.27\t28.32\t25.97');
    expect(shown(notebook, 'same')).toMatch(/dB: equal/);
    expect(shown(notebook, 'verdicts')).toContain('evidence of nothing');
  }, 900_000);

  it('FAKD runs from the published table to the verdicts, and by hand comes to what a run comes to', async () => {
    const notebook = await execute('fakd.ipynb');
    expect(shown(notebook, 'published')).toContain('Table 3: RCAN student, FAKD\t32.46\t28.75\t27.68\t26.42');
    expect(shown(notebook, 'same')).toMatch(/dB: equal/);
    expect(shown(notebook, 'verdicts')).toContain('evidence of nothing');
  }, 900_000);

  it('PISR runs from the published figures to the verdicts, and by hand comes to what a run comes to', async () => {
    const notebook = await execute('pisr.ipynb');
    expect(shown(notebook, 'published')).toContain('FSRCNN with PISR\tUrban100 img-71 x3\t20.68');
    expect(shown(notebook, 'same').match(/dB: equal/g)).toHaveLength(3);
    expect(shown(notebook, 'verdicts')).toContain('evidence of nothing');
  }, 900_000);

  it('PDD runs from the degradations to the verdicts, and its first step by hand is that of a run', async () => {
    const notebook = await execute('pdd.ipynb');
    expect(shown(notebook, 'premise-table')).toContain('Generalist, target domain\tprocedural-real-test\t');
    expect(shown(notebook, 'step').match(/\ttrue/g)?.length).toBeGreaterThan(5);
    expect(shown(notebook, 'step')).not.toContain('false');
    expect(shown(notebook, 'verdicts')).toContain('evidence of nothing');
  }, 900_000);

  it('the comparison of all methods runs from one student to the ranking', async () => {
    const notebook = await execute('across.ipynb');
    expect(shown(notebook, 'student')).toContain('Alone (control)\t7816\t17.75');
    expect(shown(notebook, 'scores').trim().split('\n')).toHaveLength(22);
    expect(shown(notebook, 'ranking')).toContain('not judged');
  }, 900_000);
});
