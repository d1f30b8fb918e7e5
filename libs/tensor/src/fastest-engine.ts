import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import { adamInit, adamUpdate, type AdamState } from './adam';
import { activeCompiler, engineStatus, useEngine, type EngineName } from './engine';
import { compileStep } from './compile';
import { disposeParams, type Params } from './params';
import { uniformTensor } from './random-tensors';
import { seedRng } from './rng';
import { UserError } from './user-error';
import { valueAndGrads } from './value-and-grads';

/** How an engine did in the self-check. */
export interface CheckedEngine {
  readonly name: EngineName;
  /** Median time of a training step; null where the check failed. */
  readonly milliseconds: number | null;
  /** What was wrong; null if nothing was. */
  readonly problem: string | null;
}

export interface EngineChoice {
  readonly name: EngineName;
  /** `onnx: 3.1 ms for the step of the self-check, wasm 9.8 ms`. */
  readonly reason: string;
  readonly checked: readonly CheckedEngine[];
}

/** Preferred first: of engines about as fast, the same one is chosen every time, so that runs are found again. */
const PREFERENCE: readonly EngineName[] = ['xla:cuda', 'xla:rocm', 'onnx:cuda', 'tensorflow', 'onnx', 'onnx:webgpu', 'wasm'];
/** A less preferred engine must take less than this part of the time of a preferred one. */
const CLEARLY_FASTER = 0.7;
const SECONDS_PER_ENGINE = 0.3;
const LOSS_TOLERANCE = 1e-4;

/**
 * The engine that trains fastest here, which is then the active one. Each available engine takes a few steps of a small network (three
 * convolutions, L1, Adam); one whose losses differ from `wasm`'s by more than 1e-4 relative, or that throws, is passed over. Takes about a second.
 * Throws UserError if none passes.
 */
export async function fastestEngine(): Promise<EngineChoice> {
  const available = (await engineStatus()).filter((status) => status.available).map(({ name }) => name);
  const reference = await trial('wasm');
  const checked: CheckedEngine[] = [];
  for (const name of PREFERENCE.filter((candidate) => available.includes(candidate))) {
    checked.push(await check(name, name === 'wasm' ? () => Promise.resolve(reference) : () => trial(name), reference));
  }
  const passed = checked.filter((engine) => engine.milliseconds !== null) as (CheckedEngine & { milliseconds: number })[];
  const [first, ...others] = passed;
  if (!first)
    throw new UserError(`no engine passes its self-check here: ${checked.map(({ name, problem }) => `${name} ${problem}`).join('; ')}`);
  const best = others.reduce((chosen, other) => (other.milliseconds < CLEARLY_FASTER * chosen.milliseconds ? other : chosen), first);
  await useEngine(best.name);
  return { name: best.name, reason: reasonFor(best, checked), checked };
}

/**
 * Whether an engine computes what it should: a few steps of a small network, convolutions and their gradients among them, beside `wasm`. The engine that was
 * active before is no longer.
 */
export async function checkEngine(name: EngineName): Promise<CheckedEngine> {
  const reference = await trial('wasm');
  return check(name, () => trial(name), reference);
}

function reasonFor(best: { name: EngineName; milliseconds: number }, checked: readonly CheckedEngine[]): string {
  const others = checked
    .filter(({ name }) => name !== best.name)
    .map(({ name, milliseconds, problem }) => `${name} ${milliseconds === null ? problem : `${milliseconds.toFixed(1)} ms`}`);
  return [`${best.name}: ${best.milliseconds.toFixed(1)} ms for the step of the self-check`, ...others].join(', ');
}

interface Trial {
  readonly losses: readonly number[];
  readonly milliseconds: number;
}

async function check(name: EngineName, attempt: () => Promise<Trial>, reference: Trial): Promise<CheckedEngine> {
  try {
    const { losses, milliseconds } = await attempt();
    const wrong = losses.findIndex((loss, i) => !(Math.abs(loss - (reference.losses[i] as number)) <= LOSS_TOLERANCE * Math.abs(loss)));
    const problem = wrong < 0 ? null : `computes loss ${losses[wrong]} at step ${wrong + 1}, expected ${reference.losses[wrong]}`;
    return { name, milliseconds: problem === null ? milliseconds : null, problem };
  } catch (error) {
    return { name, milliseconds: null, problem: (error instanceof Error ? error.message : String(error)).split('\n')[0] as string };
  }
}

type TrialState = { params: Params } & Record<keyof AdamState, Params>;

const COMPARED_STEPS = 4;
const MOST_STEPS = 30;

/** Training steps on an engine until its time is up: their first losses, and the median time of those after the second. */
async function trial(name: EngineName): Promise<Trial> {
  await useEngine(name);
  const { state, batch } = fresh();
  const run = await runner(state, batch);
  const losses: number[] = [];
  const times: number[] = [];
  const begun = performance.now();
  try {
    while (losses.length < COMPARED_STEPS || (losses.length < MOST_STEPS && performance.now() - begun < 1000 * SECONDS_PER_ENGINE)) {
      const start = performance.now();
      losses.push(await run.step());
      times.push(performance.now() - start);
    }
  } finally {
    await run.end();
    tf.dispose(batch);
  }
  const warm = times.slice(2).sort((a, b) => a - b);
  return { losses: losses.slice(0, COMPARED_STEPS), milliseconds: warm[Math.floor(warm.length / 2)] as number };
}

type TrialBatch = { x: Tensor4D; y: Tensor4D };

/** Takes ownership of the state, not of the batch. */
async function runner(initial: TrialState, batch: TrialBatch): Promise<{ step(): Promise<number>; end(): Promise<void> }> {
  if (activeCompiler() !== null) {
    const compiled = await compileStep(step, initial, batch);
    disposeState(initial);
    const take = async (): Promise<number> => {
      await compiled.start(batch);
      return (await compiled.losses())[0]?.loss as number;
    };
    return { step: take, end: () => compiled.dispose() };
  }
  let state = initial;
  return {
    async step() {
      const { state: next, losses } = tf.tidy(() => step(state, batch));
      disposeState(state);
      state = next;
      const [value] = await losses.loss.data<'float32'>();
      losses.loss.dispose();
      return value as number;
    },
    end: () => Promise.resolve(disposeState(state)),
  };
}

function step({ params, ...adam }: TrialState, { x, y }: TrialBatch) {
  const { loss, grads } = valueAndGrads((p) => {
    const output = ['a', 'b', 'c'].reduce((h, name, i) => {
      const z = tf.conv2d(h, p[name] as Tensor4D, 1, 'same');
      return i < 2 ? tf.relu(z) : z;
    }, x);
    return { loss: tf.mean<Scalar>(tf.abs(tf.sub(output, y))), aux: {} };
  }, params);
  const next = adamUpdate(params, grads, adam as unknown as AdamState, tf.scalar(1e-3));
  return { state: { params: next.params, ...next.state } as TrialState, losses: { loss } };
}

function fresh(): { state: TrialState; batch: TrialBatch } {
  const rng = seedRng(0);
  const kernel = (inputs: number, outputs: number) => uniformTensor(rng, [3, 3, inputs, outputs], -0.1, 0.1);
  const params: Params = { a: kernel(3, 16), b: kernel(16, 16), c: kernel(16, 3) };
  const image = () => uniformTensor(rng, [4, 24, 24, 3], 0, 1) as Tensor4D;
  return { state: { params, ...adamInit(params) } as TrialState, batch: { x: image(), y: image() } };
}

function disposeState(state: TrialState): void {
  for (const slot of Object.values(state)) disposeParams(slot);
}
