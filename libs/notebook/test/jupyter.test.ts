import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseNotebook, runNotebookFile } from '@distillery/notebook';
import { writeTranslator } from '../src/install/papermill';
import { KERNELSPEC, LANGUAGE_INFO } from '../src/protocol/kernel-name';
import { alsoByMessage, errorOf, placeWithKernel, printedBy, pythonHas, session, type Place, type StepResult } from './jupyter/jupyter';
import { codeCells, notebookOf, plain, printed } from './notebooks';

const haveJupyter = pythonHas('jupyter_client', 'nbclient', 'nbconvert');
const havePapermill = haveJupyter && pythonHas('papermill');

let place: Place;
beforeAll(async () => {
  if (haveJupyter) place = await placeWithKernel();
});
afterAll(() => place?.remove());

/** On a busy machine a kernel takes its time to start. */
const PATIENCE = 600_000;
vi.setConfig({ testTimeout: PATIENCE });

/** Writes a notebook for our kernel; `tags` are those of the first cell. */
async function write(name: string, sources: string[], tags: string[] = []): Promise<string> {
  const notebook = notebookOf(...sources);
  Object.assign(codeCells(notebook)[0]?.metadata ?? {}, { tags });
  const path = join(place.folder, name);
  await writeFile(path, JSON.stringify({ ...notebook, metadata: { kernelspec: KERNELSPEC, language_info: { name: LANGUAGE_INFO.name } } }));
  return path;
}
/** Executes a notebook into another by nbconvert. */
const converted = (from: string, to: string) => place.python(['-m', 'nbconvert', '--to', 'notebook', '--execute', from, '--output', to]);
const read = async (name: string) => parseNotebook(await readFile(join(place.folder, name), 'utf8'), name);

const TRAIN = `import { initialState, plain, train } from '@distillery/distill';
import { edsr } from '@distillery/models';
import { seedRng, useEngine } from '@distillery/tensor';
import { fill } from '@tensorflow/tfjs-core';
await useEngine('wasm');
const method = plain({ model: edsr({ features: 4, blocks: 1, resScale: 1, rgbRange: 1, scale: 2 }), role: 'student' });
const initial = initialState(method, seedRng(0));
let steps = 0;
const training = (limit: number) => ({
  method,
  nextBatch: () => ({ lr: fill([1, 6, 6, 3], 0.5), hr: fill([1, 12, 12, 3], 0.25) }) as never,
  schedule: { steps: limit, learningRate: 1e-3, decay: 1, decayEvery: limit },
  startStep: 0,
  checkpointEvery: 0,
  onStep: (step: number) => void (steps = step),
});`;

describe.skipIf(!haveJupyter)(
  'in real Jupyter, in a folder outside the repository (skipped without jupyter_client, nbclient and nbconvert for python3)',
  () => {
    it('a session: errors, rejections, interrupts, cells run twice, a rebuilt library, a restart', async () => {
      const steps = {
        shorthand: {
          cells: [
            "import { setTimeout as sleep } from 'node:timers/promises';\nconst scale = 4;",
            'const o = { scale };\nconsole.log(o.scale);',
          ],
        },
        failing: {
          cells: [
            'interface Q { n: number }\nconst q: Q = { n: 1 };\nthrow new RangeError("boom");\nconst scale = "new", late = 1;',
            'console.log("never");',
          ],
        },
        lost: { cells: ['late + 1'] },
        stray: {
          cells: ['setTimeout(() => { void Promise.reject(new Error("stray")); }, 50);', 'await sleep(300);\nconsole.log("second");'],
        },
        queued: { cells: ['await sleep(200);\nconsole.log("a");', 'console.log("b");'] },
        waiting: { cells: ['console.log("waiting");\nawait sleep(60_000);', 'console.log("never");'], interrupt: 0.3 },
        looping: { cells: ['console.log("looping");\nwhile (true) {}'], interrupt: 0.3 },
        imports: { cells: [TRAIN] },
        training: {
          cells: [
            'console.log("training");\nconst state = await train({ ...training(1e6), state: initial });\nconsole.log(steps > 0 && steps < 1e6, Object.keys(state).length);\nconst next = await train({ ...training(3), state: initialState(method, seedRng(0)) });\nconsole.log(steps);',
            'console.log("never");',
          ],
          interrupt: 1,
        },
        twice: {
          cells: [
            'console.log("first");\nconst reached = await train({ ...training(1e6), state: initialState(method, seedRng(0)) });\nconsole.log("second");\nconst none = await train({ ...training(1e6), state: initialState(method, seedRng(0)) });\nconsole.log("never");',
          ],
          interrupt: 1,
          again: 1,
        },
        reached: { cells: ['console.log(Object.keys(reached).length);', 'none'] },
        alone: { cells: ['const before = steps;\nawait sleep(200);\nconsole.log(before === steps);'] },
        consumed: { cells: ['await train({ ...training(3), state: initial });'] },
        again: {
          cells: Array.from(
            { length: 2 },
            () => 'const own = await train({ ...training(3), state: initialState(method, seedRng(0)) });\nconsole.log(steps);',
          ),
        },
        rebuilt: {
          cells: [
            `import { utimesSync } from 'node:fs';\nfor (let i = 0; i < 2; i++) {\n  for (const file of ['tensor', 'models', 'distill'].map((lib) => require.resolve('@distillery/' + lib).replace(/js$/, 'd.ts'))) utimesSync(file, new Date(), new Date());\n  await sleep(700);\n}`,
            'console.log("undisturbed");',
          ],
        },
        kept: { cells: ['const more: Q = { n: q.n + 1 };\nconsole.log(more.n, scale.toFixed(1));'] },
        deep: {
          cells: [
            "import { tidy, zeros } from '@tensorflow/tfjs-core';\nlet work: () => unknown = zeros.bind(null, [-1] as never);\nfor (let i = 0; i < 4; i++) work = tidy.bind(null, work as never);\nwork();",
          ],
        },
        tensor: { cells: ["import { ones } from '@tensorflow/tfjs-core';\nconsole.log({ a: ones([2, 30]) });\nones([2])"] },
        stale: { cells: ['const term = 1;\nconst withTerm = () => term;', 'const term = 2;\nconsole.log(withTerm());'] },
        restarted: { cells: ['scale'], restart: true },
      };
      const results = await session(place, KERNELSPEC.name, Object.values(steps));
      const of = Object.fromEntries(Object.keys(steps).map((name, i) => [name, results[i]])) as Record<keyof typeof steps, StepResult>;
      const statuses = ({ cells }: StepResult) => cells.map(({ reply }) => reply.status);

      expect(printedBy(of.shorthand, 1)).toBe('4\n');

      expect(statuses(of.failing)).toEqual(['error', 'aborted']);
      expect(errorOf(of.failing)).toMatchObject({ ename: 'RangeError', evalue: 'boom' });
      expect(errorOf(of.failing)?.traceback).toEqual([
        'RangeError: boom',
        '    at cell [3], line 3\n        throw new RangeError("boom");',
      ]);
      expect(errorOf(of.lost)?.evalue).toBe(`'late' comes from cell [3], which failed (RangeError: boom)`);

      expect(statuses(of.stray)).toEqual(['ok', 'error']);
      expect(errorOf(of.stray, 0)?.evalue).toBe('stray');
      expect(errorOf(of.stray, 1)?.evalue).toBe('unhandled rejection of cell [5], line 1: Error: stray');

      expect(of.queued.states).toEqual([0, 1].flatMap((cell) => ['busy', 'idle'].map((state) => [cell, state])));
      expect(printedBy(of.queued, 1)).toBe('b\n');

      expect(statuses(of.waiting)).toEqual(['error', 'aborted']);
      expect(errorOf(of.waiting)?.ename).toBe('Interrupted');
      expect(errorOf(of.looping)?.ename).toBe('Interrupted');

      expect(statuses(of.training)).toEqual(['ok', 'aborted']);
      expect(printedBy(of.training)).toBe('training\ntrue 4\n3\n');
      expect(printedBy(of.training, 0, 'stderr')).toMatch(/^Interrupted: /);
      expect(errorOf(of.twice)?.ename).toBe('Interrupted');
      expect(printedBy(of.twice)).toBe('first\nsecond\n');
      expect(printedBy(of.reached)).toBe('4\n');
      expect(errorOf(of.reached, 1)?.evalue).toMatch(/^'none' comes from cell \[\d+\], which failed \(Interrupted: interrupted\)$/);
      expect(printedBy(of.alone)).toBe('true\n');
      expect(errorOf(of.consumed)).toMatchObject({
        ename: 'UserError',
        evalue: expect.stringMatching(/^the state was consumed/) as string,
      });
      expect([0, 1].map((cell) => printedBy(of.again, cell))).toEqual(['3\n', '3\n']);

      expect(of.rebuilt.cells.flatMap(({ outputs }) => outputs.filter(({ type }) => type !== 'execute_input'))).toEqual([
        expect.objectContaining({ text: 'undisturbed\n' }),
      ]);
      expect(printedBy(of.kept)).toBe('2 4.0\n');
      const [, line, ...libraries] = errorOf(of.deep)?.traceback ?? [];
      expect(line).toMatch(/^ {4}at cell \[\d+\], line 4\n {8}work\(\);$/);
      expect(libraries).toHaveLength(4);
      expect(libraries.at(-1)).toMatch(/^ {4}… \d+ more in libraries$/);
      expect(printedBy(of.tensor)).toBe(
        '{ a: Tensor [2, 30] float32, min 1, mean 1, max 1 }\nTensor [2] float32, min 1, mean 1, max 1: [1, 1]\n',
      );
      expect([printedBy(of.stale, 0, 'stderr'), printedBy(of.stale, 1)]).toEqual(['', '1\n']);
      expect(printedBy(of.stale, 1, 'stderr')).toMatch(/^withTerm of cell \[\d+\] still uses the term of that cell: .*\n$/);
      expect(errorOf(of.restarted)?.evalue).toMatch(/^Cannot find name 'scale'/);
    });

    it('an interrupt that comes as a message', async () => {
      const wait = 'console.log("waiting");\nawait new Promise((resolve) => setTimeout(resolve, 60_000));';
      const [first, next] = await session(place, await alsoByMessage(place), [
        { cells: [wait], interrupt: 0.3 },
        { cells: ['console.log("on");'] },
      ]);
      expect(errorOf(first)?.ename).toBe('Interrupted');
      expect(printedBy(next)).toBe('on\n');
    });

    it('nbconvert shows what the display helpers show, live ones updated in place', async () => {
      await write('in.ipynb', [
        'import { liveProgress, livePlot, showFigure, showTable } from "@distillery/notebook";\nshowTable([{ a: 1 }]);',
        'const bar = liveProgress(3);\nconst plot = livePlot();\nfor (let i = 1; i <= 3; i++) {\n  bar.step(i);\n  plot.add(i, { loss: 1 / i });\n}\nplot.done();',
        'showFigure({ data: [{ y: [1, 2] }] });\nconsole.log("done");',
      ]);
      const { code, stderr } = await converted('in.ipynb', 'out.ipynb');
      expect(code, stderr).toBe(0);
      const executed = await read('out.ipynb');
      const outputs = codeCells(executed).map((cell) => cell.outputs);
      expect(plain(outputs[0]?.[0])).toBe('a\n1');
      expect(outputs[1]).toHaveLength(2);
      expect(plain(outputs[1]?.[0])).toMatch(/^3\/3 · .* · took /);
      expect(plain(outputs[1]?.[1])).toBe('Training · loss 0.3333');
      expect(outputs[2]?.[0]).toHaveProperty(['data', 'application/vnd.plotly.v1+json', 'data', 0, 'y'], [1, 2]);
      expect(printed(executed, 2)).toBe('done\n');
    });

    it('nbconvert ends with an error at a cell that fails, and the notebook stays', async () => {
      const path = await write('fails.ipynb', ['const n: number = 1;', 'n;\nthrow new RangeError("boom");']);
      const before = await readFile(path, 'utf8');
      const { code, stderr } = await converted('fails.ipynb', 'failed.ipynb');
      expect(code).not.toBe(0);
      expect(stderr).toContain('RangeError: boom\n    at cell [2], line 2');
      expect(await readFile(path, 'utf8')).toBe(before);
    });

    it('what our own runner writes is a valid notebook, failures included', async () => {
      const path = await write('own.ipynb', [
        'import { showTable } from "@distillery/notebook";\nshowTable([{ a: 1 }]);',
        'throw new Error("boom");',
      ]);
      const outDir = join(place.folder, 'out');
      await expect(runNotebookFile(path, { outDir, dataDir: null })).rejects.toThrow('boom');
      const { stderr } = await place.python(['-m', 'nbconvert', '--to', 'html', join('out', 'own.ipynb')]);
      expect(stderr).not.toMatch(/invalid|validation/i);
      expect(await readFile(join(outDir, 'own.html'), 'utf8')).toContain('boom');
    });
  },
);

describe.skipIf(!havePapermill)('papermill (skipped where python3 lacks it)', () => {
  beforeAll(() => writeTranslator(join(place.folder, 'python')));
  const CELLS = [
    "import { parameters } from '@distillery/notebook';\nconst { seed, tier, negatives } = parameters({ seed: 0, tier: 'smoke', negatives: 10 });",
    'const doubled: number = 2 * seed;\nconsole.log([seed, doubled, tier, negatives].join());',
  ];

  it('sets parameters, which stand in the output', async () => {
    await write('parameters.ipynb', CELLS, ['parameters']);
    const { code, stderr } = await place.python([
      '-m',
      'papermill',
      'parameters.ipynb',
      'set.ipynb',
      '-p',
      'seed',
      '3',
      '-p',
      'negatives',
      '4',
    ]);
    expect(code, stderr).toBe(0);
    const executed = await read('set.ipynb');
    expect(printed(executed, 2)).toBe('3,6,smoke,4\n');
    expect(plain(codeCells(executed)[1]?.outputs[0])).toContain('negatives\t4\tpapermill');
  });

  it('ends with an error at a parameter that does not exist, and keeps the notebook as far as it ran', async () => {
    await write('unknown.ipynb', CELLS, ['parameters']);
    const { code, stderr } = await place.python(['-m', 'papermill', 'unknown.ipynb', 'refused.ipynb', '-p', 'sed', '3']);
    expect(code).not.toBe(0);
    expect(stderr).toContain("UserError: parameter 'sed': unknown, expected seed, tier, negatives");
    const kept = await read('refused.ipynb');
    expect(kept.cells.flatMap((cell) => (cell.cell_type === 'code' ? cell.outputs : [])).at(-1)).toMatchObject({
      output_type: 'error',
      ename: 'UserError',
    });
  });
});
