import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { compileStep, exportStepOnnx, seedRng, useEngine, type Params } from '@distillery/tensor';
import { adamStep, batches, l1, relativeDifference, tinyEdsr, tinyVgg, trainingState, type Batch, type TrainingState } from './networks';

const havePython = spawnSync('python3', ['-c', 'import onnxruntime, numpy']).status === 0;

beforeEach(() => useEngine('onnx'));

type Step = ReturnType<typeof adamStep>;

function eager(step: Step, state: TrainingState, batchOf: (i: number) => Batch, steps: number): TrainingState {
  let current = state;
  for (let i = 0; i < steps; i++) current = tf.tidy(() => step(current, batchOf(i)).state);
  return current;
}

async function compiledRun(step: Step, state: TrainingState, batchOf: (i: number) => Batch, steps: number) {
  const compiled = await compileStep(step, state, batchOf(0), { threads: 2 });
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    await compiled.start(batchOf(i));
    losses.push(...(await compiled.losses()).map(({ total }) => total as number));
  }
  const final = await compiled.state();
  await compiled.dispose();
  return { losses, final };
}

function expectSameStates(actual: TrainingState, expected: TrainingState): void {
  for (const [slot, params] of Object.entries(expected)) {
    for (const [name, tensor] of Object.entries(params)) {
      expect(relativeDifference((actual[slot] as Params)[name] as tf.Tensor, tensor), `${slot}/${name}`).toBeLessThan(1e-4);
    }
  }
}

function edsrStep(features: number) {
  const net = tinyEdsr(features, 2);
  const state = trainingState(net.init(seedRng(1)));
  return { step: adamStep((p, { lr, hr }) => l1(net.apply(p, lr), hr)), state };
}

describe('compiled training step', () => {
  // Where the machine has blocked images: Winograd's method with tiles of 4 and of 2, blocks of channels; 12 channels use neither.
  it.each([
    [24, 12],
    [24, 10],
    [16, 10],
    [12, 10],
  ])('agrees with the eager one after 20 steps of L1 and Adam on %i channels and patches of %i', async (features, side) => {
    const { step, state } = edsrStep(features);
    const { final } = await compiledRun(step, state, batches(2, side), 20);
    expectSameStates(final, eager(step, state, batches(2, side), 20));
  });

  it('agrees with the eager one on a contrastive loss over frozen features', async () => {
    const net = tinyEdsr(8, 1);
    const features = tinyVgg(seedRng(3));
    const step = adamStep((p, { lr, hr }) => {
      const output = net.apply(p, lr);
      const negatives = features(tf.image.resizeNearestNeighbor(lr, [16, 16]));
      const [anchors, positives] = [features(output), features(hr)];
      const terms = anchors.map((a, j) =>
        tf.div<tf.Scalar>(l1(a, positives[j] as tf.Tensor), tf.add(l1(a, negatives[j] as tf.Tensor), 1e-7)),
      );
      return tf.add(l1(output, hr), tf.mul(tf.addN(terms), 0.1));
    });
    const state = trainingState(net.init(seedRng(1)));
    const { final } = await compiledRun(step, state, batches(2, 8), 20);
    // Not on wasm, whose max pooling gradient leaves parts of its result unset.
    await tf.setBackend('cpu');
    expectSameStates(final, eager(step, state, batches(2, 8), 20));
  });

  it('yields the same bytes on repeated runs', async () => {
    const { step, state } = edsrStep(16);
    const runs = [await compiledRun(step, state, batches(2, 10), 5), await compiledRun(step, state, batches(2, 10), 5)];
    expect(runs[0]?.losses).toEqual(runs[1]?.losses);
    const [a, b] = runs.map(({ final }) => Object.values(final).flatMap((slot) => Object.values(slot).map((x) => [...x.dataSync()])));
    expect(a).toEqual(b);
  });

  it('leaves alone the state it was given, and hands through what the step does not change', async () => {
    const net = tinyEdsr(8, 1);
    const frozen = { w: tf.tensor1d([1, 2, 3]) };
    const train = adamStep((p, { lr, hr }) => l1(net.apply(p, lr), hr));
    const step = (state: TrainingState, batch: Batch) => {
      const { frozen: teacher, ...rest } = state;
      const next = train(rest, batch);
      return { ...next, state: { ...next.state, frozen: teacher as Params } };
    };
    const state: TrainingState = { ...trainingState(net.init(seedRng(1))), frozen };
    const before = [...((state.params as Params)['head.w']?.dataSync() as Float32Array)];
    const { final } = await compiledRun(step, state, batches(2, 8), 2);
    expect([...((final.frozen as Params)['w']?.dataSync() as Float32Array)]).toEqual([1, 2, 3]);
    expect([...((state.params as Params)['head.w']?.dataSync() as Float32Array)]).toEqual(before);
  });

  it('leaks no tensors', async () => {
    const { step, state } = edsrStep(8);
    const batch = batches(2, 8)(0);
    const compiled = await compileStep(step, state, batch);
    const before = tf.memory().numTensors;
    await compiled.start(batch);
    await compiled.losses();
    expect(tf.memory().numTensors).toBe(before);
    await compiled.dispose();
  });

  it('refuses a batch of another shape', async () => {
    const { step, state } = edsrStep(8);
    const compiled = await compileStep(step, state, batches(2, 8)(0));
    await expect(compiled.start(batches(2, 10)(0))).rejects.toThrow(
      'argument 1/lr: float32 [2, 10, 10, 3], but compiled for float32 [2, 8, 8, 3]',
    );
    await compiled.dispose();
  });

  it('refuses a step that returns another state than it takes', async () => {
    const step = ({ p }: { p: Params }, x: tf.Scalar) => ({ state: { p: { a: tf.stack([p.a as tf.Tensor, x]) } }, losses: {} });
    await expect(compileStep(step, { p: { a: tf.scalar(1) } }, tf.scalar(2))).rejects.toThrow(
      'takes a state of p/a float32 [], but returns one of p/a float32 [2]',
    );
  });
});

describe('saved step', () => {
  it.skipIf(!havePython)("runs in Python's onnxruntime and yields the eager step's state", async () => {
    const { step, state } = edsrStep(16);
    const batch = batches(2, 10)(0);
    const folder = mkdtempSync(join(tmpdir(), 'distillery-'));
    try {
      const path = join(folder, 'step.onnx');
      writeFileSync(path, exportStepOnnx(step, state, batch));
      const script = `
import json, sys, numpy as np, onnxruntime as ort
session = ort.InferenceSession(sys.argv[1], providers=['CPUExecutionProvider'])
feeds = {k: np.array(v['data'], 'f').reshape(v['shape']) for k, v in json.load(sys.stdin).items()}
names = [o.name for o in session.get_outputs()]
print(json.dumps({k: v.reshape(-1).tolist() for k, v in zip(names, session.run(names, feeds))}))`;
      const feeds: Record<string, { shape: number[]; data: number[] }> = {};
      for (const [slot, params] of Object.entries(state)) {
        for (const [name, x] of Object.entries(params)) feeds[`in/0/${slot}/${name}`] = { shape: x.shape, data: [...x.dataSync()] };
      }
      for (const [name, x] of Object.entries(batch)) feeds[`in/1/${name}`] = { shape: x.shape, data: [...x.dataSync()] };
      const printed = execFileSync('python3', ['-c', script, path], { input: JSON.stringify(feeds), maxBuffer: 1 << 28 });
      const results = JSON.parse(printed.toString()) as Record<string, number[]>;
      const expected = step(state, batch);
      for (const [slot, params] of Object.entries(expected.state)) {
        for (const [name, x] of Object.entries(params)) {
          const actual = tf.tensor(results[`out/state/${slot}/${name}`] as number[], x.shape);
          expect(relativeDifference(actual, x), `${slot}/${name}`).toBeLessThan(1e-4);
        }
      }
      expect(results['out/losses/total']?.[0]).toBeCloseTo(expected.losses.total?.dataSync()[0] as number, 5);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
