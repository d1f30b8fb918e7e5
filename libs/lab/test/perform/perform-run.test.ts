import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chmod, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { centreCrops, encodePng, openDataset } from '@distillery/data';
import { readCheckpoint, type Deployed } from '@distillery/distill';
import {
  buildMethod,
  evaluateBicubic,
  evaluateModel,
  isFinished,
  performRun,
  runFiles,
  type DatasetScores,
  type PerformOptions,
  type Recipe,
  type RunProgress,
  type RunSpec,
} from '@distillery/lab';
import { PROTOCOLS } from '@distillery/metrics';
import { UserError } from '@distillery/tensor';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { determinedFiles, TINY, tinySpec } from '../fixtures/tiny';

interface Performed {
  readonly result: Awaited<ReturnType<typeof performRun>>;
  readonly events: RunProgress[];
  readonly folder: string;
}

async function perform(spec: RunSpec, runsDir: string, options: Partial<PerformOptions> = {}): Promise<Performed> {
  const events: RunProgress[] = [];
  const result = await performRun(spec, { dataDir: null, runsDir, papers: [TINY], onProgress: (event) => events.push(event), ...options });
  const { folder } = events.at(-1) as Extract<RunProgress, { kind: 'finished' }>;
  return { result, events, folder };
}

/** The error of a run that is expected to fail. */
async function failure(spec: RunSpec, runsDir: string, options: Partial<PerformOptions> = {}): Promise<Error> {
  return perform(spec, runsDir, options).then(
    () => new Error('did not fail'),
    (error: unknown) => error as Error,
  );
}

function abortAt(step: number): Partial<PerformOptions> {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onProgress: (event) => {
      if (event.kind === 'step' && event.step === step) controller.abort(new Error('stopped'));
    },
  };
}

function validatedOn(set: string): RunSpec {
  const { data } = tinySpec('scratch').recipe;
  return tinySpec('scratch', { data: { ...data, validate: { set, points: 3 } } });
}

describe('performRun', () => {
  it('makes the run that it starts from, then trains, scores, weighs and pictures its own', async () => {
    const { result, events, folder } = await perform(tinySpec('tuned'), await temporaryFolder());
    expect(events.filter(({ kind }) => kind === 'started').map(({ id }) => id)).toEqual(['tiny/smoke/start-x2/1', 'tiny/smoke/tuned-x2/1']);
    expect(events.filter(({ kind }) => kind === 'step')).toHaveLength(20);
    expect(folder).toMatch(/tiny\/tuned-x2\/1-[0-9a-f]{12}$/);
    expect(result.hash.slice(0, 12)).toBe(folder.slice(-12));

    expect(
      result.evaluations.map(({ network, dataset, protocol, selfEnsemble, images }) => [
        network,
        dataset,
        protocol,
        selfEnsemble,
        images.length,
      ]),
    ).toEqual([
      ['student', 'procedural-test', 'y-border-scale', false, 6],
      ['student', 'procedural-test', 'csd-y', false, 6],
    ]);
    for (const { psnr, ssim, lpips } of result.evaluations[0]?.images ?? []) {
      expect(psnr).toBeGreaterThan(5);
      expect(psnr).toBeLessThan(60);
      expect(ssim).toBeLessThan(1);
      expect(lpips).toBeNull();
    }
    // EDSR, 4 features, 1 block, x2: 3 -> 4, three 4 -> 4, 4 -> 16, 4 -> 3 convolutions of 3x3 with bias.
    expect(result.costs).toMatchObject([
      { network: 'student', parameters: 112 + 3 * 148 + 592 + 111, inputShape: [48, 48], latencyPasses: 5 },
    ]);
    expect(Object.keys(result.curves)).toEqual(['total']);
    expect(result.curves.total).toHaveLength(10);
    expect(result.crops.map(({ image, shows, view }) => [image, shows, view])).toEqual(
      ['01', '02'].flatMap((image) => [
        [image, 'hr', 'whole'],
        ...['lr', 'bicubic', 'hr', 'student'].map((shows) => [image, shows, 'zoom']),
      ]),
    );
    expect(result.provenance).toMatchObject({
      engine: 'wasm',
      featureNetwork: null,
      lpipsNetwork: null,
      datasetHashes: {
        procedural: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        'procedural-test': expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        'procedural-validate': expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
      command: 'npx distillery run tiny/smoke/tuned-x2/1 --engine wasm --fresh',
    });
    expect(Object.keys(result.provenance.versions)).toEqual(['distillery', 'node', 'tfjs']);
  });

  it('makes all runs that it starts from, and gives the method what they ended in by name', async () => {
    const runsDir = await temporaryFolder();
    const { events, result } = await perform(tinySpec('joined'), runsDir);
    const started = events.flatMap(({ kind, id }) => (kind === 'started' ? [id] : []));
    expect(started).toEqual(['tiny/smoke/start-x2/1', 'tiny/smoke/start-too-x2/1', 'tiny/smoke/joined-x2/1']);
    expect(Object.keys(result.spec.recipe.startFrom)).toEqual(['one', 'other']);
    const { data } = tinySpec('startToo').recipe;
    const otherwise = { one: tinySpec('start').recipe, other: { ...tinySpec('startToo').recipe, data: { ...data, batch: 3 } } };
    const again = await perform(tinySpec('joined', { startFrom: otherwise }), runsDir);
    expect(again.folder).not.toBe(events.flatMap((event) => (event.kind === 'finished' ? [event.folder] : [])).at(-1));
    expect(again.result.curves).not.toEqual(result.curves);
  });

  it.each(['wasm', 'onnx'])('watches training on the validation set, with the scores of evaluation (%s)', async (engine) => {
    const runsDir = await temporaryFolder();
    const { result, events, folder } = await perform({ ...tinySpec('scratch'), engine }, runsDir);
    const { set, side, bicubic, networks } = result.validation ?? {};
    const crops = await centreCrops(await openDataset('procedural-validate', null), 72, 2);
    const mean = async (scores: Promise<DatasetScores>) => (await scores).mean[0]?.psnr as number;
    expect([set, side]).toEqual(['procedural-validate', 72]);
    expect(bicubic).toBeCloseTo(await mean(evaluateBicubic(crops, 2, [PROTOCOLS['y-border-scale']])), 4);
    // Ten steps in three parts: every fourth, and the last.
    expect(networks?.student?.map(([step]) => step)).toEqual([4, 8, 10]);
    const told = events.flatMap((event) => (event.kind === 'validated' ? [[event.step, event.psnr.student]] : []));
    expect(told).toEqual(networks?.student);

    const { state } = await readCheckpoint(runFiles(folder).checkpoint);
    const student = buildMethod(TINY, result.spec.recipe, { vgg19: null, start: {} }).deploy(state).student as Deployed;
    const last = await mean(evaluateModel(student, crops, 2, [PROTOCOLS['y-border-scale']]));
    expect(networks?.student?.at(-1)?.[1]).toBeCloseTo(last, 4);
    expect(networks?.student?.at(-1)?.[1]).not.toBe(networks?.student?.[0]?.[1]);
  });

  it.each(['procedural', 'procedural-test'])('refuses %s, which it trains or tests on, for validation', async (set) => {
    const error = await failure(validatedOn(set), await temporaryFolder());
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe(`validation set ${set} is among the sets that the run trains and tests on: expected one that is not`);
  });

  it('adds the self-ensemble where the recipe asks for it', async () => {
    const { result } = await perform(
      tinySpec('ensemble', { schedule: { ...tinySpec('start').recipe.schedule, steps: 1 } }),
      await temporaryFolder(),
    );
    expect(result.evaluations.map(({ protocol, selfEnsemble }) => [protocol, selfEnsemble])).toEqual([
      ['y-border-scale', false],
      ['csd-y', false],
      ['y-border-scale', true],
      ['csd-y', true],
    ]);
    const mean = (i: number) => result.evaluations[i]?.images.map(({ psnr }) => psnr);
    expect(mean(2)).not.toEqual(mean(0));
  });

  it('never repeats a finished run, and makes the same bytes elsewhere', async () => {
    const runsDir = await temporaryFolder();
    const first = await perform(tinySpec('scratch'), runsDir);
    const { mtimeMs } = await stat(runFiles(first.folder).run);
    const second = await perform(tinySpec('scratch'), runsDir);
    expect(second.events).toEqual([{ kind: 'finished', id: 'tiny/smoke/scratch-x2/1', folder: first.folder, skipped: true }]);
    expect(second.result).toEqual(first.result);
    expect((await stat(runFiles(first.folder).run)).mtimeMs).toBe(mtimeMs);
    const elsewhere = await perform(tinySpec('scratch'), await temporaryFolder());
    expect(await determinedFiles(elsewhere.folder)).toEqual(await determinedFiles(first.folder));
  });

  it('leaves the same bytes in the same folder whatever number of threads the environment asks for', async () => {
    const spec: RunSpec = { ...tinySpec('attentive'), engine: 'onnx' };
    const performed = async (threads: number, runsDir: string) => {
      vi.stubEnv('DISTILLERY_THREADS', String(threads));
      const { folder, events } = await perform(spec, runsDir);
      vi.unstubAllEnvs();
      return { name: basename(folder), files: await determinedFiles(folder), events };
    };
    const [here, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
    const one = await performed(1, here);
    const many = await performed(8, elsewhere);
    expect([many.name, many.files]).toEqual([one.name, one.files]);
    expect((await performed(8, here)).events).toMatchObject([{ kind: 'finished', skipped: true }]);
  });

  it('trains differently from another seed, and in another folder for another paper version', async () => {
    const runsDir = await temporaryFolder();
    const one = await perform(tinySpec('start'), runsDir);
    const other = await perform({ ...tinySpec('start'), seed: 2 }, runsDir);
    expect(other.result.curves).not.toEqual(one.result.curves);
    const newer = await perform(tinySpec('start'), runsDir, { papers: [{ ...TINY, version: 2 }] });
    expect(newer.folder).not.toBe(one.folder);
    expect(newer.result.curves).toEqual(one.result.curves);
  });

  it('resumes after an interruption with the same bytes, wherever that was', async () => {
    const whole = await perform(tinySpec('start'), await temporaryFolder());
    const runsDir = await temporaryFolder();
    for (const step of [3, 5, 9]) expect((await failure(tinySpec('start'), runsDir, abortAt(step))).message).toBe('stopped');
    const { folder, events } = await perform(tinySpec('start'), runsDir);
    expect(events.find(({ kind }) => kind === 'started')).toMatchObject({ fromStep: 9 });
    expect(await determinedFiles(folder)).toEqual(await determinedFiles(whole.folder));
  });

  it('resumes a run of two starts with the same bytes, and makes neither start again', async () => {
    const whole = await perform(tinySpec('joined'), await temporaryFolder());
    const runsDir = await temporaryFolder();
    await perform(tinySpec('start'), runsDir);
    await perform(tinySpec('startToo'), runsDir);
    expect((await failure(tinySpec('joined'), runsDir, abortAt(6))).message).toBe('stopped');
    const { folder, events } = await perform(tinySpec('joined'), runsDir);
    expect(events.filter(({ kind }) => kind === 'started')).toMatchObject([{ id: 'tiny/smoke/joined-x2/1', fromStep: 6 }]);
    expect(await determinedFiles(folder)).toEqual(await determinedFiles(whole.folder));
  });

  it.each(['tunedToo', 'joined'] as const)('frees all its tensors (%s)', async (arm) => {
    const runsDir = await temporaryFolder();
    await perform(tinySpec('tuned'), runsDir);
    await perform(tinySpec('startToo'), runsDir);
    const { numTensors } = memory();
    await perform(tinySpec(arm), runsDir);
    expect(memory().numTensors).toBe(numTensors);
  });

  it('yields at every step', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await perform(tinySpec('start'), await temporaryFolder());
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(10);
  });
});

describe('performRun with --fresh', () => {
  it('makes a finished run again and puts it in the place of the old one', async () => {
    const runsDir = await temporaryFolder();
    const { folder } = await perform(tinySpec('tuned'), runsDir);
    const before = await determinedFiles(folder);
    const { events } = await perform(tinySpec('tuned'), runsDir, { fresh: true });
    expect(events.filter(({ kind }) => kind === 'step')).toHaveLength(10);
    expect(events.find(({ id }) => id.includes('/start-'))).toMatchObject({ kind: 'finished', skipped: true });
    expect(await determinedFiles(folder)).toEqual(before);
    expect(await readdir(dirname(folder))).toEqual([folder.slice(dirname(folder).length + 1)]);
  });

  it('keeps the old run if it is interrupted', async () => {
    const runsDir = await temporaryFolder();
    const { folder, result } = await perform(tinySpec('start'), runsDir);
    await failure(tinySpec('start'), runsDir, { ...abortAt(6), fresh: true });
    expect(isFinished(folder)).toBe(true);
    const after = await perform(tinySpec('start'), runsDir);
    expect(after.result).toEqual(result);
    expect(after.events).toHaveLength(1);
  });
});

describe('performRun with --fresh that was interrupted', () => {
  const started = (events: readonly RunProgress[]) => events.filter(({ kind }) => kind === 'started');

  it('goes on where it was, to the same bytes, and not with what is damaged', async () => {
    const runsDir = await temporaryFolder();
    const { folder } = await perform(tinySpec('start'), runsDir);
    const before = await determinedFiles(folder);
    await failure(tinySpec('start'), runsDir, { ...abortAt(6), fresh: true });
    const again = await perform(tinySpec('start'), runsDir, { fresh: true });
    expect(started(again.events)).toMatchObject([{ fromStep: 6 }]);
    expect(await determinedFiles(folder)).toEqual(before);

    // Before the first checkpoint that is due, so that there is but one.
    await failure(tinySpec('start'), runsDir, { ...abortAt(2), fresh: true });
    await truncate(runFiles(`${folder}.fresh`).checkpoint, 100);
    const anew = await perform(tinySpec('start'), runsDir, { fresh: true });
    expect(started(anew.events)).toMatchObject([{ fromStep: 0 }]);
    expect(await determinedFiles(folder)).toEqual(before);
    expect(await readdir(dirname(folder))).toEqual([basename(folder)]);
  });
});

describe('a damaged last checkpoint', () => {
  it('is passed over for the one before it, which leads to the same bytes', async () => {
    const [whole, broken] = [await temporaryFolder(), await temporaryFolder()];
    const expected = await determinedFiles((await perform(tinySpec('scratch'), whole)).folder);
    await failure(tinySpec('scratch'), broken, abortAt(9));
    const cell = join(broken, 'tiny', 'scratch-x2');
    const folder = join(cell, (await readdir(cell))[0] as string);
    const { checkpoint } = runFiles(folder);
    await truncate(checkpoint, (await stat(checkpoint)).size - 1);
    const { events } = await perform(tinySpec('scratch'), broken);
    const reason = expect.stringContaining(`${checkpoint} is damaged`) as string;
    expect(events.filter(({ kind }) => kind === 'damaged' || kind === 'started')).toMatchObject([
      { kind: 'damaged', fromStep: 8, reason },
      { kind: 'started', fromStep: 8 },
    ]);
    expect(await determinedFiles(folder)).toEqual(expected);
    expect((await readdir(folder)).filter((name) => name.startsWith('checkpoint'))).toEqual(['checkpoint.safetensors']);
  });
});

describe('a run whose lock was taken over while its process was suspended', () => {
  const thief = JSON.stringify({ pid: 7, host: 'elsewhere', token: 'x' });

  it.each([
    ['before a checkpoint', 'step', 6, ['checkpoint.safetensors']],
    ['before its result', 'evaluating', 0, ['checkpoint.previous.safetensors', 'checkpoint.safetensors']],
  ] as const)('stops %s without writing', async (_, kind, step, checkpoints) => {
    const runsDir = await temporaryFolder();
    const cell = join(runsDir, 'tiny', 'scratch-x2');
    let lock = '';
    let before: string[] = [];
    const bytes = async (folder: string): Promise<string[]> =>
      Promise.all(['run', 'timing', 'checkpoint'].map((name) => readFile(runFiles(folder)[name as 'run'], 'latin1')));
    const error = await failure(tinySpec('scratch'), runsDir, {
      onProgress(event) {
        if (event.kind !== kind || (event.kind === 'step' && event.step !== step)) return;
        lock = join(cell, readdirSync(cell).find((name) => name.endsWith('.lock')) as string);
        writeFileSync(lock, thief);
        before = ['run', 'timing', 'checkpoint'].map((name) => readFileSync(runFiles(lock.slice(0, -5))[name as 'run'], 'latin1'));
      },
    });
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toContain(`${lock} was taken over by process 7 on elsewhere`);
    const folder = lock.slice(0, -5);
    expect(await bytes(folder)).toEqual(before);
    expect((await readdir(folder)).filter((name) => name.startsWith('checkpoint'))).toEqual(checkpoints);
    expect(isFinished(folder)).toBe(false);
    expect(await readFile(lock, 'utf8')).toBe(thief);
  });
});

describe('bad input to performRun', () => {
  const { one, other } = tinySpec('joined').recipe.startFrom as Record<'one' | 'other', Recipe>;
  it.each([
    ['an unknown start', { one, other, third: other }, "but startFrom has 'third'"],
    ['a misspelt start', { one, othr: other }, "but startFrom has 'othr'"],
    ['a missing start', { one }, "but startFrom has no 'other'"],
  ])('refuses %s, before anything is made', async (_, startFrom, says) => {
    const runsDir = await temporaryFolder();
    const error = await failure(tinySpec('joined', { startFrom }), runsDir);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe(`recipe joined of tiny: the method 'joined' starts from one, other, ${says}`);
    expect(await readdir(runsDir)).toEqual([]);
  });

  it('refuses an option that the method does not take, before anything is made', async () => {
    const runsDir = await temporaryFolder();
    const error = await failure(tinySpec('scratch', { method: { name: 'plain', weightDecay: 1e-4 } }), runsDir);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe("recipe scratch of tiny has an unknown entry 'weightDecay': expected the options of the method 'plain'");
    expect(await readdir(runsDir)).toEqual([]);
  });

  it.each([
    ['checkpoint', 'cut off'],
    ['checkpoint', 'garbage'],
    ['run', 'cut off'],
    ['run', 'garbage'],
    ['metrics', 'garbage'],
    ['timing', 'garbage'],
  ] as const)('says in one line that the %s of an interrupted run is %s, and leaves it alone until --fresh', async (file, how) => {
    const runsDir = await temporaryFolder();
    // Before the first checkpoint that is due, so that there is but one.
    await failure(tinySpec('start'), runsDir, abortAt(3));
    const cell = join(runsDir, 'tiny', 'start-x2');
    const [run] = (await readdir(cell)) as [string];
    const path = runFiles(join(cell, run))[file];
    if (how === 'garbage') await writeFile(path, '{garbage\n');
    else await truncate(path, Math.floor((await stat(path)).size / 2));
    const damaged = await readFile(path);
    const error = await failure(tinySpec('start'), runsDir);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toContain(path);
    expect(error.message).toContain('--fresh');
    expect(error.message).not.toContain('\n');
    expect(await readFile(path)).toEqual(damaged);
    const { events } = await perform(tinySpec('start'), runsDir, { fresh: true });
    expect(events.at(-1)).toMatchObject({ kind: 'finished', skipped: false });
  });

  it.each(['result', 'run', 'timing'] as const)('calls a %s of a newer version that, whatever else it holds', async (file) => {
    const runsDir = await temporaryFolder();
    const { folder } = await perform(tinySpec('start'), runsDir);
    const path = runFiles(folder)[file];
    await writeFile(path, '{"schema":3,"other":[]}');
    const error = await failure(tinySpec('start'), runsDir);
    expect(error).toEqual(new UserError(`${path} was written by a newer distillery (version 3 of its form, expected 2): use that one`));
    await perform(tinySpec('start'), runsDir, { fresh: true });
  });

  it('names a lost checkpoint of the run that it starts from', async () => {
    const runsDir = await temporaryFolder();
    const { folder } = await perform(tinySpec('start'), runsDir);
    await truncate(runFiles(folder).checkpoint, 100);
    const error = await failure(tinySpec('tuned'), runsDir);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toContain(runFiles(folder).checkpoint);
  });

  it.each([
    ['paper', tinySpec('start', { paper: 'none' }), "paper 'none': unknown, expected one of tiny"],
    ['engine', { ...tinySpec('start'), engine: 'none' }, "engine 'none': unknown"],
    ['training set', tinySpec('start', { data: { ...tinySpec('start').recipe.data, train: 'none' } }), 'unknown dataset none'],
    ['test set', tinySpec('start', { data: { ...tinySpec('start').recipe.data, evaluate: ['none'] } }), 'unknown dataset none'],
    ['validation set', validatedOn('none'), 'unknown dataset none'],
  ])('names an unknown %s', async (_, spec, message) => {
    const runsDir = await temporaryFolder();
    const error = await failure(spec, runsDir);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toContain(message);
    expect(await readdir(runsDir)).toEqual([]);
  });

  it('says why a step was not compiled, in its progress and in its result', async () => {
    const spec: RunSpec = { ...tinySpec('scratch', { method: { name: 'looking' } }), engine: 'onnx' };
    const runsDir = await temporaryFolder();
    const { events, result } = await perform(spec, runsDir);
    expect(result.uncompiled).toMatch(/must not look at its tensors' values/);
    expect(events).toContainEqual({ kind: 'fallback', id: 'tiny/smoke/scratch-x2/1', reason: result.uncompiled });
    const compiled = await perform({ ...tinySpec('scratch'), engine: 'onnx' }, runsDir);
    expect(compiled.result.uncompiled).toBeUndefined();
  });

  it('names a training image that is smaller than a patch', async () => {
    const images = await temporaryFolder();
    await writeFile(join(images, 'small.png'), await encodePng({ width: 12, height: 12, channels: 3, data: new Uint8Array(432) }));
    const spec = tinySpec('start', { data: { ...tinySpec('start').recipe.data, train: images } });
    const error = await failure(spec, await temporaryFolder());
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toContain('image small is 12x12; expected at least the patch size, 16x16');
  });

  it('names a runs folder that is a file', async () => {
    const runsDir = join(await temporaryFolder(), 'runs');
    await writeFile(runsDir, '');
    const error = await failure(tinySpec('start'), runsDir);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toContain(runsDir);
  });

  it.skipIf(process.getuid?.() === 0)('names a read-only runs folder (skipped as root, who may write anywhere)', async () => {
    const runsDir = await temporaryFolder();
    await chmod(runsDir, 0o555);
    const error = await failure(tinySpec('start'), runsDir);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(/^cannot make the folder .*: permission denied$/);
  });
});
