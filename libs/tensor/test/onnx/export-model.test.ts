import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { compiled, exportModelOnnx, seedRng, uniformTensor, useEngine } from '@distillery/tensor';
import { relativeDifference, tinyEdsr } from './networks';

const havePython = spawnSync('python3', ['-c', 'import onnxruntime, numpy']).status === 0;

beforeAll(() => useEngine('onnx'));

describe('exported model', () => {
  const net = tinyEdsr(8, 1);

  it('leaves height and width free where the network takes any size', () => {
    const params = net.init(seedRng(1));
    expect(exportModelOnnx(net.apply, params, [1, 8, 8, 3]).dynamicSize).toBe(true);
    const pooled = (x: tf.Tensor4D): tf.Tensor4D => tf.mul(x, tf.mean(x, [1, 2], true));
    expect(exportModelOnnx((_, x) => pooled(x), params, [1, 8, 8, 3]).dynamicSize).toBe(true);
    const repeated = (x: tf.Tensor4D): tf.Tensor4D => tf.image.resizeNearestNeighbor(x, [2 * x.shape[1], 2 * x.shape[2]]);
    expect(exportModelOnnx((_, x) => repeated(x), params, [1, 8, 8, 3]).dynamicSize).toBe(true);
    const blurred = (x: tf.Tensor4D): tf.Tensor4D => tf.image.resizeBilinear(x, [2 * x.shape[1], 2 * x.shape[2]]);
    expect(exportModelOnnx((_, x) => blurred(x), params, [1, 8, 8, 3]).dynamicSize).toBe(false);
  });

  it('leaves the number of images free where each is computed by itself', () => {
    const params = net.init(seedRng(1));
    expect(exportModelOnnx(net.apply, params, [1, 8, 8, 3]).dynamicBatch).toBe(true);
    const reshaped = (x: tf.Tensor4D): tf.Tensor4D => tf.reshape(x, [x.shape[0], x.shape[1] / 2, 2 * x.shape[2], 3]);
    expect(exportModelOnnx((_, x) => reshaped(x), params, [1, 8, 8, 3]).dynamicBatch).toBe(false);
  });

  it.skipIf(!havePython)("yields in Python's onnxruntime what the network yields, at another size", () => {
    const params = net.init(seedRng(1));
    const x = uniformTensor(seedRng(2), [1, 6, 10, 3], 0, 1) as tf.Tensor4D;
    const folder = mkdtempSync(join(tmpdir(), 'distillery-'));
    try {
      const path = join(folder, 'model.onnx');
      writeFileSync(path, exportModelOnnx(net.apply, params, [1, 8, 8, 3]).bytes);
      const script = `
import json, sys, numpy as np, onnxruntime as ort
x = np.array(json.load(sys.stdin), 'f').reshape(1, 6, 10, 3)
y, = ort.InferenceSession(sys.argv[1], providers=['CPUExecutionProvider']).run(['output'], {'input': x})
print(json.dumps([y.shape, y.reshape(-1).tolist()]))`;
      const { stdout } = spawnSync('python3', ['-c', script, path], { input: JSON.stringify([...x.dataSync()]), maxBuffer: 1 << 26 });
      const [shape, values] = JSON.parse(stdout.toString()) as [number[], number[]];
      expect(relativeDifference(tf.tensor(values, shape), net.apply(params, x))).toBeLessThan(1e-5);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('compiled function', () => {
  it('takes arguments of any shape, on every engine, with the same result', async () => {
    const net = tinyEdsr(8, 1);
    const images = [uniformTensor(seedRng(2), [1, 6, 10, 3], 0, 1), uniformTensor(seedRng(3), [1, 8, 8, 3], 0, 1)] as tf.Tensor4D[];
    const results: tf.Tensor[][] = [];
    for (const engine of ['wasm', 'onnx']) {
      await useEngine(engine);
      const params = net.init(seedRng(1));
      const apply = compiled(net.apply);
      results.push([]);
      for (const x of [...images, ...images]) results.at(-1)?.push(await apply(params, x));
      await apply.dispose();
    }
    results[0]?.forEach((y, i) => expect(relativeDifference(results[1]?.[i] as tf.Tensor, y)).toBeLessThan(1e-5));
  });
});
