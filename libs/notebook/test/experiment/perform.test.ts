import { join } from 'node:path';
import { imageToTensor, loadPairs, openDataset, type Image } from '@distillery/data';
import type { State } from '@distillery/distill';
import { buildMethod, findRun, type Paper, type Recipe, type RunResult } from '@distillery/lab';
import {
  centreOf,
  networksOfRun,
  outputOfRun,
  patchBatches,
  performAll,
  performLive,
  psnrOf,
  recipeOf,
  showExperiment,
  showFirstStep,
  startSession,
  trainLive,
  trialOfRun,
  type Session,
} from '@distillery/notebook';
import { PAPERS } from '@distillery/papers';
import { seedRng, useEngine, UserError } from '@distillery/tensor';
import { scalar } from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { TINY } from '../../../lab/test/fixtures/tiny';
import { collectDisplays, stopDisplays, texts, type Sent } from '../displayed';

/** Without the experiment whose runs fail. */
const paper: Paper = { ...TINY, experiments: (...given) => TINY.experiments(...given).slice(0, 1) };
const noFeatures = { vgg19: null, start: {} };
let sent: Sent[] = [];
let root = '';
let session: Session;
let results: Map<string, RunResult>;
let shown: string[];

beforeAll(async () => {
  vi.stubEnv('DISTILLERY_DATA', undefined);
  vi.stubEnv('DISTILLERY_TIER', undefined);
  root = await mkdtemp(join(tmpdir(), 'distillery-notebook-'));
  sent = collectDisplays();
  session = await startSession(paper, { engine: 'wasm', seed: 1, root });
  results = await showExperiment(session, 'good');
  shown = texts(sent);
});
beforeEach(() => (sent = collectDisplays()));
afterEach(stopDisplays);
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

const recipes = () => ['scratch', 'tuned', 'tuned-too'].map((arm) => recipeOf(session, arm));
const FIGURE = 'application/vnd.plotly.v1+json';
const plotsOf = (all: readonly Sent[]) => all.filter(({ data }) => FIGURE in data);
const ofValidation = ({ data }: Sent) => String(data['text/plain']).includes('validation set');
const linesOf = ({ data }: Sent) => (data[FIGURE] as { data: unknown[] }).data;
const numbers = ({ data }: Sent): number[] => [...String(data['text/plain']).matchAll(/ (\d\.\d+)/g)].map(([, number]) => Number(number));

describe('runs', () => {
  it('that another engine finished are found, those they start from among them, and the engine is named; others are not', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const other: Session = { ...session, engine: 'onnx' };
    expect(await performAll(other, 'again', recipes())).toEqual(results);
    expect(log.mock.calls.map(([line]) => String(line))).toEqual(
      ['scratch', 'tuned', 'tuned-too'].map((arm) => `tiny/smoke/${arm}-x2/1: the finished run of engine wasm`),
    );
    log.mockRestore();
    const place = { dataDir: null, runsDir: session.runsDir, papers: [paper] };
    const [recipe] = recipes() as [Recipe];
    expect((await findRun({ recipe, seed: 1, engine: 'onnx' }, place))?.result).toEqual(results.get('scratch'));
    expect(await findRun({ recipe, seed: 2, engine: 'onnx' }, place)).toBeNull();
    const longer = { ...recipe, schedule: { ...recipe.schedule, steps: recipe.schedule.steps + 1 } };
    expect(await findRun({ recipe: longer, seed: 1, engine: 'onnx' }, place)).toBeNull();
    await useEngine('wasm');
  });

  it("are performed once per arm, under the session's seed, and shown with every metric", () => {
    expect([...results.keys()]).toEqual(['scratch', 'tuned', 'tuned-too']);
    for (const { spec } of results.values()) expect(spec).toMatchObject({ seed: 1, engine: 'wasm' });
    const table = (shown.at(-1) as string).split('\n');
    expect(table[0]).toBe('arm\ttested on\tPSNR (dB)\tSSIM\tLPIPS');
    const psnr = psnrOf(results.get('scratch') as RunResult, 'student').toFixed(3);
    expect(table[1]).toMatch(new RegExp(`^scratch\tprocedural-test\t${psnr.replace('.', '\\.')}\t0\\.\\d{3}\t`));
    expect(table).toHaveLength(4);
  });

  it('that are finished are only read', async () => {
    const again = await performAll(session, 'again', [...recipes(), ...recipes()]);
    expect([...again]).toEqual([...results]);
    expect(texts(sent).at(-1)).toBe('again 3/3 · 3 finished before');
    const longer = recipes().map((recipe) => ({ ...recipe, schedule: { ...recipe.schedule, steps: recipe.schedule.steps + 1 } }));
    const [first, second, third] = [...recipes().slice(0, 2), longer[2]].map((recipe, i) => ({
      ...recipe,
      arm: ['scratch', 'tuned', 'new'][i],
    })) as [Recipe, Recipe, Recipe];
    await performAll(session, 'one is new', [first, second, third]);
    expect(texts(sent).at(-1)).toMatch(/^one is new 3\/3 · 2 finished before · \S+ m?s per run · took \S+ m?s$/);
  });

  it('show their losses while they are trained, and the kept ones once they are finished', async () => {
    const recipe = { ...recipeOf(session, 'scratch'), arm: 'live' };
    const result = await performLive(session, 'live', recipe);
    const plotOf = (all: readonly Sent[]) =>
      plotsOf(all)
        .filter((one) => !ofValidation(one))
        .at(-1) as Sent;
    const validationOf = (all: readonly Sent[]) => plotsOf(all).filter(ofValidation).at(-1) as Sent;
    const trained = plotOf(sent);
    expect(texts(sent)).toContainEqual(expect.stringMatching(/^live 10\/10 · \S+ m?s per step/));
    expect(numbers(trained)[0]).toBeCloseTo(result.curves.total?.at(-1)?.[1] as number, 3);
    const first = sent.length;
    await performLive(session, 'live', recipe);
    expect(linesOf(plotOf(sent.slice(first)))).toEqual(linesOf(trained));
    const psnr = result.validation?.networks['student']?.at(-1)?.[1] as number;
    expect(String(validationOf(sent).data['text/plain'])).toContain(`student ${psnr.toPrecision(4)}`);
    expect(linesOf(validationOf(sent.slice(first)))).toEqual(linesOf(validationOf(sent.slice(0, first))));
  });

  it('show no validation where nothing that they train can be validated', async () => {
    const jdsr = await startSession(PAPERS.jdsr, { engine: 'wasm', seed: 1, root });
    const { encoder } = recipeOf(jdsr, 'jdsr').startFrom as { encoder: Recipe };
    const result = await performLive(jdsr, 'superior LR', { ...encoder, schedule: { ...encoder.schedule, steps: 3 } });
    expect(result.validation?.networks).toEqual({});
    expect(plotsOf(sent).length).toBeGreaterThan(0);
    expect(plotsOf(sent).filter(ofValidation)).toEqual([]);
  });

  it('show the losses that are wanted alone', async () => {
    await performLive(session, 'none', recipeOf(session, 'scratch'), ['teacher']);
    expect(plotsOf(sent).map(({ data }) => String(data['text/plain']).split(' · ')[0])).not.toContain('none');
  });
});

describe('trialOfRun', () => {
  it('has the curves and the networks of the run', async () => {
    const { method, state, losses } = await trialOfRun(session, recipeOf(session, 'scratch'));
    expect(losses).toEqual(results.get('scratch')?.curves);
    const [{ student: ours }, { student: theirs }] = [method.deploy(state), await networksOfRun(session, recipeOf(session, 'scratch'))];
    for (const [name, value] of Object.entries(theirs?.params ?? {})) expect(ours?.params[name]?.dataSync()).toEqual(value.dataSync());
    expect(Object.keys(ours?.params ?? {}).length).toBeGreaterThan(0);
  });

  it('refuses a run that is not finished', async () => {
    const recipe = { ...recipeOf(session, 'scratch'), arm: 'never' };
    await expect(trialOfRun(session, recipe)).rejects.toThrow(UserError);
  });
});

describe('networksOfRun and outputOfRun', () => {
  const lr = noise(9, 7);

  it('give what the run trained', async () => {
    const recipe = recipeOf(session, 'scratch');
    const { student } = await networksOfRun(session, recipe);
    const output = await outputOfRun(session, recipe, 'student', lr);
    const byHand = student?.model.apply(student.params, imageToTensor(lr)).dataSync() as Float32Array;
    expect([output.width, output.height]).toEqual([18, 14]);
    expect([...output.data]).toEqual([...byHand].map((value) => Math.round(255 * Math.min(1, Math.max(0, value)))));
  });

  it('name a network that is not there', async () => {
    await expect(outputOfRun(session, recipeOf(session, 'scratch'), 'teacher', lr)).rejects.toThrow(
      new UserError("run of scratch has no network 'teacher', expected student"),
    );
  });

  it('refuse a run that is not finished', async () => {
    await expect(networksOfRun(session, { ...recipeOf(session, 'scratch'), arm: 'never' })).rejects.toThrow(UserError);
  });
});

describe('training by hand', () => {
  const ready = async () => {
    const recipe = recipeOf(session, 'scratch');
    const pairs = await loadPairs(await openDataset(recipe.data.train, null), recipe.scale);
    return { recipe, method: buildMethod(paper, recipe, noFeatures), nextBatch: patchBatches(pairs, recipe, session.seed) };
  };

  it('comes to the parameters of the run', async () => {
    const { recipe, method, nextBatch } = await ready();
    const state = await trainLive(method, { title: 'by hand', schedule: recipe.schedule, seed: session.seed, nextBatch });
    const { student } = await networksOfRun(session, recipe);
    expect(values(state.network)).toEqual(values(student?.params));
    expect(texts(sent)).toContainEqual(expect.stringMatching(/^by hand 10\/10/));
  });

  it("starts with the losses of the run's first step, and says so where it does not", async () => {
    const { recipe, method, nextBatch } = await ready();
    const initial: State = method.init(seedRng(session.seed).split('init'));
    const { losses } = method.step(initial, { ...nextBatch(), learningRate: scalar(recipe.schedule.learningRate) });
    await showFirstStep(session, recipe, losses);
    await showFirstStep(session, recipe, { total: scalar(7), other: scalar(7) });
    const [same, different] = texts(sent).map((text) => text.split('\n').slice(1));
    expect(same).toEqual([expect.stringMatching(/^total\t(0\.\d{6})\t\1\ttrue$/)]);
    expect(different).toEqual([expect.stringMatching(/^total\t7\t0\.\d{6}\tfalse$/), 'other\t7\tnot available\tfalse']);
  });
});

describe('centreOf', () => {
  it('cuts the middle, and no more than there is', () => {
    const whole = noise(11, 8);
    const cut = centreOf(whole, 4);
    expect([cut.width, cut.height]).toEqual([4, 4]);
    // Columns 3 to 6 and rows 2 to 5.
    const pixel = (image: Image, x: number, y: number) => [...image.data.slice(3 * (y * image.width + x), 3 * (y * image.width + x) + 3)];
    expect(pixel(cut, 0, 0)).toEqual(pixel(whole, 3, 2));
    expect(pixel(cut, 3, 3)).toEqual(pixel(whole, 6, 5));
    expect(centreOf(whole, 64)).toMatchObject({ width: 8, height: 8 });
  });
});

/** An image whose pixels differ. */
function noise(width: number, height: number): Image {
  return { width, height, channels: 3, data: Uint8Array.from({ length: 3 * width * height }, (_, i) => (37 * i) % 256) };
}

function values(params: State[string] | undefined): Record<string, number[]> {
  return Object.fromEntries(Object.entries(params ?? {}).map(([name, tensor]) => [name, [...tensor.dataSync()]]));
}
