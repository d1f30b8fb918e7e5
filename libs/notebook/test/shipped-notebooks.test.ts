import { readdirSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Paper } from '@distillery/lab';
import { executeNotebook, parseNotebook, type CodeCell, type Notebook } from '@distillery/notebook';
import { PAPERS } from '@distillery/papers';
import { KERNELSPEC } from '../src/protocol/kernel-name';
import { codeCells, folderWithPackages, plain, printed } from './notebooks';

const FOLDER = join(__dirname, '../../../notebooks');
/** On a busy machine a notebook takes its time. */
const PATIENCE = 900_000;
const NOTEBOOKS = readdirSync(FOLDER).filter((name) => name.endsWith('.ipynb'));
const read = async (name: string): Promise<Notebook> => parseNotebook(await readFile(join(FOLDER, name), 'utf8'), name);

describe('the notebooks folder', () => {
  it('has one for every paper', () => {
    expect(NOTEBOOKS).toEqual(expect.arrayContaining(Object.keys(PAPERS).map((id) => `${id}.ipynb`)));
  });

  it.each(NOTEBOOKS)('%s is for our kernel and committed without outputs', async (name) => {
    const notebook = await read(name);
    expect(notebook).toMatchObject({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { kernelspec: KERNELSPEC, language_info: { name: 'typescript' } },
    });
    const cells = codeCells(notebook);
    expect(cells.length).toBeGreaterThan(5);
    for (const { outputs, execution_count } of cells) expect([outputs, execution_count]).toEqual([[], null]);
    const ids = notebook.cells.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    // Where papermill puts its values.
    const [first] = cells;
    expect(first?.metadata).toEqual({ tags: ['parameters'] });
    expect(first?.source).toContain('parameters(');
  });
});

/** Every output of the cell called `id`, as text. */
type Shown = (id: string) => string;

/** What a notebook shows beyond what all do. `same` is where training by hand is compared with a run. */
const SHOWS: Readonly<Record<string, (shown: Shown, notebook: Notebook) => void>> = {
  'tour.ipynb'(shown) {
    expect(shown('step')).toContain('(equal)');
    expect(shown('train')).toContain('60/60');
    expect(shown('upscale')).toMatch(/our network\t\d+\.\d{4}\t0\.\d{4}/);
  },
  'csd.ipynb'(shown, notebook) {
    expect(shown('published')).toContain('Table 1: CSD, EDSR+ 0.25x\t29.13\t32.34\t28.72\t27.68\t26.34');
    expect(shown('published')).toContain('not available');
    expect(shown('train')).toContain('contrastive');
    expect(shown('same')).toContain(': equal');
    expect(shown('turn-weight')).toMatch(/^none: bicubic\t.*\nCSD as released\t.*\nmy weight\t/m);
    const figure = codeCells(notebook).find(({ id }) => id === 'figure')?.outputs[0];
    const { data } = figure?.output_type === 'display_data' ? figure : {};
    expect(data?.['application/vnd.plotly.v1+json']).toMatchObject({
      data: [/^ten negatives/, /^one negative/, /^ground truth/].map((name) => ({ name: expect.stringMatching(name) })),
    });
  },
  'jdsr.ipynb'(shown) {
    expect(shown('published')).toContain('IMDN, not distilled\t32.21\t28.58\t27.56\t26.04\t30.45');
    expect(shown('networks')).toContain('4\t214080');
    expect(shown('stage-two')).toContain('20/20');
    expect(shown('meta-gradient')).toContain('virtual step, L1\t0.000000');
    expect(shown('by-hand')).toContain('true');
    expect(shown('by-hand')).not.toContain('false');
  },
  'srkd.ipynb'(shown) {
    expect(shown('published')).toContain('Table 2: SNSR + (G_mean)^2 KD\t32.60\t29.27\t28.32\t25.97');
    expect(shown('same')).toMatch(/dB: equal/);
  },
  'fakd.ipynb'(shown) {
    expect(shown('published')).toContain('Table 3: RCAN student, FAKD\t32.46\t28.75\t27.68\t26.42');
    expect(shown('same')).toMatch(/dB: equal/);
  },
  'pisr.ipynb'(shown) {
    expect(shown('published')).toContain('FSRCNN with PISR\tUrban100 img-71 x3\t20.68');
    expect(shown('same').match(/dB: equal/g)).toHaveLength(3);
  },
  'pdd.ipynb'(shown) {
    expect(shown('premise-table')).toContain('Generalist, target domain\tprocedural-real-test\t');
    expect(shown('step').match(/\ttrue/g)?.length).toBeGreaterThan(5);
    expect(shown('step')).not.toContain('false');
  },
  'across.ipynb'(shown) {
    expect(shown('student')).toContain('Alone (control)\t7816\t17.75');
    expect(shown('scores').trim().split('\n')).toHaveLength(12);
  },
};

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

  // A notebook has a process of its own and leaves cores idle while it compiles.
  it.concurrent.each(NOTEBOOKS)(
    '%s runs to its end, and no verdict of a paper is drawn',
    async (name) => {
      const notebook = await executeNotebook(await read(name), { cwd: join(folder, 'notebooks'), env: { DISTILLERY_TIER: 'smoke' } });
      const cells = codeCells(notebook);
      const textOf = (index: number) => [...(cells[index]?.outputs.map(plain) ?? []), printed(notebook, index)].join('\n');
      // A cell whose last line has a value prints it: of a run's result that would be pages.
      for (const [index, { id }] of cells.entries())
        expect(`${id}: ${printed(notebook, index).split('\n').length} lines`).toMatch(/: [1-7]?\d lines$/);
      const shown: Shown = (id) => textOf(cells.findIndex((cell) => cell.id === id));
      const paper: Paper | undefined = PAPERS[parse(name).name as keyof typeof PAPERS];
      if (paper) {
        const verdicts = cells.map((_, index) => textOf(index)).filter((text) => text.includes('claim\tsource\tverdict\t'));
        expect(verdicts).toHaveLength(1);
        expect(verdicts[0]?.match(/\tnot judged\t/g)).toHaveLength(paper.directions.length);
        expect(verdicts[0]).toContain('evidence of nothing');
      }
      SHOWS[name]?.(shown, notebook);
    },
    PATIENCE,
  );

  /** Cells that train: what they call says so. */
  const trains = ({ source }: CodeCell): boolean => /\b(?:trainLive|trainTrial|performLive|performAll|showExperiment|train)\(/.test(source);

  it.concurrent.each(['srkd.ipynb', 'tour.ipynb'])(
    '%s runs with other parameters, and each of its training cells a second time',
    async (name) => {
      const notebook = await read(name);
      const again = notebook.cells.flatMap((cell) =>
        cell.cell_type === 'code' && trains(cell) ? [cell, { ...structuredClone(cell), id: `${cell.id}-again` }] : [cell],
      );
      const executed = codeCells(
        await executeNotebook(
          { ...notebook, cells: again },
          { cwd: join(folder, 'notebooks'), env: { DISTILLERY_TIER: 'smoke', DISTILLERY_PARAMETERS: JSON.stringify({ seed: '3' }) } },
        ),
      );
      expect(plain(executed[0]?.outputs[0])).toContain('seed\t3\t--set');
      const twice = executed.filter(({ id }) => id?.endsWith('-again'));
      expect(twice.length).toBe(codeCells(notebook).filter(trains).length);
      expect(twice.length).toBeGreaterThan(0);
      for (const second of twice) {
        const first = executed.find(({ id }) => `${id}-again` === second.id);
        // The same training comes to the same: all but what progress bars say of time and of runs that were there.
        const numbers = (cell: CodeCell | undefined) =>
          cell?.outputs
            .map(plain)
            .map((text) => text.replace(/ · \d+ finished before|(?: · [^·]* per (?:step|run) · took [^·\n]*?(?= ·|$))/gm, ''));
        expect(numbers(second)).toEqual(numbers(first));
      }
    },
    PATIENCE,
  );
});
