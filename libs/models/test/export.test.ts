import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { EVERY_ARCHITECTURE, loadParams, readSafetensors, saveStateDict } from '@distillery/models';
import { exportModelOnnx, useEngine } from '@distillery/tensor';
import { golden, patternImage, patternParams } from './golden/golden';

beforeAll(async () => {
  await useEngine('wasm');
});

/** Every architecture in the small configurations of its golden. */
const NETWORKS = EVERY_ARCHITECTURE.flatMap((build) =>
  golden('sr', build.id).cases.map(({ options, scale, float32 }) => ({
    name: `${build.id} ${JSON.stringify({ scale, ...options })}`,
    model: build({ ...options, scale }),
    exportsAnySize: typeof build.exportsAnySize === 'function' ? build.exportsAnySize(options) : build.exportsAnySize,
    // Sums in another order: 1e-6 at most was measured of most. PyTorch's own error in float32 says what more a network has coming.
    allowed: Math.max(5e-6, 3 * float32.output),
  })),
);

/** LR size, no multiple of anything. */
const [HEIGHT, WIDTH] = [17, 22];

describe.each(NETWORKS)('$name', ({ model, exportsAnySize, allowed }) => {
  it('as ONNX gives in onnxruntime what it gives here', async () => {
    const params = patternParams(model);
    const { channels } = model;
    const written = exportModelOnnx((p, x) => model.apply(p, x), params, [1, HEIGHT, WIDTH, channels]);
    expect(written.dynamicSize).toBe(exportsAnySize);
    const session = await InferenceSession.create(Buffer.from(written.bytes));
    // Where the file takes any size, another one than it was written with.
    const x = patternImage([1, HEIGHT, written.dynamicSize ? WIDTH + 3 : WIDTH, channels]);
    const { output } = await session.run({ input: new OnnxTensor('float32', x.dataSync<'float32'>(), x.shape) });
    if (written.dynamicBatch) {
      const two = new Float32Array([...x.dataSync(), ...x.dataSync()]);
      const both = await session.run({ input: new OnnxTensor('float32', two, [2, ...x.shape.slice(1)]) });
      expect(both.output?.dims).toEqual([2, ...(output?.dims.slice(1) ?? [])]);
      const second = (both.output?.data as Float32Array).subarray((output?.data as Float32Array).length);
      expect(second.every((value, i) => Math.abs(value - ((output?.data as Float32Array)[i] as number)) < allowed)).toBe(true);
    }
    await session.release();
    const expected: Tensor4D = model.apply(params, x);
    expect(output?.dims).toEqual(expected.shape);
    const values = expected.dataSync();
    const worst = (output?.data as Float32Array).reduce((most, value, i) => Math.max(most, Math.abs(value - (values[i] as number))), 0);
    expect(worst).toBeLessThan(allowed);
    expect(values.some((value) => Math.abs(value - (values[0] as number)) > 1e-3)).toBe(true);
    tf.dispose([params, x, expected]);
  });

  it('as safetensors has PyTorch kernels, and comes back bit for bit', () => {
    const params = patternParams(model);
    const bytes = saveStateDict(model, params);
    const { tensors } = readSafetensors(bytes);
    expect(Object.keys(tensors).sort()).toEqual([...Object.keys(params), ...Object.keys(model.constants)].sort());
    for (const [name, ours] of Object.entries(model.shapes))
      expect(tensors[name]?.shape).toEqual(ours.length === 4 ? [3, 2, 0, 1].map((axis) => ours[axis]) : ours);
    for (const [name, { shape, values }] of Object.entries(model.constants))
      expect(tensors[name]).toMatchObject({ shape, data: Float32Array.from(values) });
    const again = loadParams(model, bytes);
    for (const [name, tensor] of Object.entries(params)) expect(again[name]?.dataSync()).toEqual(tensor.dataSync());
    tf.dispose([params, again]);
  });
});
