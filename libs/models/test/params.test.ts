import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { edsr, loadParams, readSafetensors, saveParams, writeSafetensors, type Model } from '@distillery/models';
import { UserError, disposeParams, seedRng, useEngine } from '@distillery/tensor';
import { fromSchemes } from '../src/weights/name-schemes';

beforeAll(async () => {
  await useEngine('wasm');
});

const model = edsr({ features: 4, blocks: 1, resScale: 1, scale: 2, rgbRange: 255 });

type Tensors = Record<string, { shape: number[]; data: Float32Array }>;

/** A weights file of `model` in PyTorch's layout, all values 0, and what `change` does to it. */
function officialFile(change: (tensors: Tensors) => void = () => undefined): Buffer {
  const tensors: Tensors = {};
  for (const [name, shape] of Object.entries(model.shapes)) {
    const oihw = shape.length === 4 ? [3, 2, 0, 1].map((axis) => shape[axis] as number) : [...shape];
    tensors[name] = { shape: oihw, data: new Float32Array(tf.util.sizeFromShape(oihw)) };
  }
  change(tensors);
  return writeSafetensors(tensors);
}

function refusal(bytes: Uint8Array, of: Model = model): string {
  try {
    disposeParams(loadParams(of, bytes, { label: 'w.safetensors' }));
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
  return 'loaded';
}

describe('loadParams', () => {
  it('turns PyTorch kernels OIHW into HWIO', () => {
    const file = officialFile((tensors) => {
      const { shape, data } = tensors['head.0.weight'] as Tensors[string];
      expect(shape).toEqual([4, 3, 3, 3]);
      data.forEach((_, i) => (data[i] = i));
    });
    const params = loadParams(model, file);
    const weight = params['head.0.weight'] as tf.Tensor4D;
    const [o, i, y, x] = [2, 1, 0, 2];
    expect(weight.arraySync()[y]?.[x]?.[i]?.[o]).toBe(((o * 3 + i) * 3 + y) * 3 + x);
    disposeParams(params);
  });

  it('reads back what saveParams wrote, kernels HWIO', () => {
    const params = model.init(seedRng(5));
    const bytes = saveParams(params, { note: 'x' });
    expect(readSafetensors(bytes).metadata).toEqual({ layout: 'HWIO kernels', note: 'x' });
    const loaded = loadParams(model, bytes);
    expect(Object.keys(loaded)).toEqual(Object.keys(params));
    for (const [name, tensor] of Object.entries(loaded)) expect(tensor.dataSync()).toEqual(params[name]?.dataSync());
    tf.dispose([params, loaded]);
  });

  it('names every missing, unexpected and wrongly shaped tensor in one line', () => {
    const message = refusal(
      officialFile((tensors) => {
        delete tensors['body.1.bias'];
        delete tensors['head.0.weight'];
        tensors['extra.weight'] = { shape: [1], data: new Float32Array(1) };
        tensors['tail.1.bias'] = { shape: [4], data: new Float32Array(4) };
      }),
    );
    expect(message).toBe(
      'weights w.safetensors: not those of EDSR x2: missing head.0.weight, body.1.bias; unexpected extra.weight; tail.1.bias is [4], expected [3]',
    );
  });

  it('refuses the weights of another scale', () => {
    expect(refusal(officialFile(), edsr({ ...(model.config as Parameters<typeof edsr>[0]), scale: 3 }))).toMatch(
      /not those of EDSR x3: tail.0.0.weight is \[3, 3, 4, 16\], expected \[3, 3, 4, 36\]/,
    );
  });

  it('names a tensor that holds NaN', () => {
    const bytes = officialFile();
    bytes.writeUInt32LE(0x7fc00000, bytes.length - 4);
    expect(refusal(bytes)).toMatch(/^weights w.safetensors: tensor "tail.1.weight": value 107 is NaN/);
  });

  it('accepts the mean shift of an official checkpoint, and refuses that of another value range', () => {
    const shift = (range: number) => (tensors: Tensors) => {
      tensors['sub_mean.bias'] = { shape: [3], data: Float32Array.of(-0.4488 * range, -0.4371 * range, -0.404 * range) };
    };
    expect(refusal(officialFile(shift(255)))).toBe('loaded');
    expect(refusal(officialFile(shift(1)))).toMatch(/sub_mean.bias is not \[-114\.4/);
  });

  it('takes tensors as the model makes them out', () => {
    const renamedFile = officialFile((tensors) => {
      tensors['module/head'] = tensors['head.0.weight'] as Tensors[string];
      delete tensors['head.0.weight'];
    });
    const fromFile = fromSchemes(() => (name) => name.replace('module/head', 'head.0.weight'));
    const params = loadParams({ ...model, fromFile }, renamedFile);
    expect(Object.keys(params)).toEqual(Object.keys(model.shapes));
    disposeParams(params);
    expect(refusal(renamedFile)).toMatch(/missing head.0.weight; unexpected module.head/);
  });
});
