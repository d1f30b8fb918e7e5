import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { complexity, edsr, snsr, vdsr, type Model, type ParamShapes } from '@distillery/models';
import { activeEngine, useEngine, type Params } from '@distillery/tensor';

beforeAll(async () => {
  await useEngine('wasm');
});

function toyModel(shapes: ParamShapes, apply: (params: Params, x: Tensor4D) => Tensor4D): Model {
  return { name: 'toy', config: null, scale: 1, channels: 1, pixelRange: 1, halo: 0, constants: {}, shapes, init: () => ({}), apply };
}

describe('complexity', () => {
  it('of EDSR x4 is what one counts by hand', () => {
    // 8 features, 2 blocks, 10x6 input. Per output element a 3x3 convolution takes 9 x input channels.
    const pixels = 60;
    const head = pixels * 8 * (9 * 3);
    const body = 5 * pixels * 8 * (9 * 8);
    const up = pixels * 32 * (9 * 8) + 4 * pixels * 32 * (9 * 8);
    const tail = 16 * pixels * 3 * (9 * 8);
    const { parameters, multiplyAdds, activations } = complexity(
      edsr({ features: 8, blocks: 2, resScale: 0.1, scale: 4, rgbRange: 255 }),
      [10, 6],
    );
    expect(multiplyAdds).toBe(head + body + up + tail);
    expect(activations).toBe(pixels * (8 + 5 * 8 + 32 + 4 * 32 + 16 * 3));
    expect(parameters).toBe(27 * 8 + 8 + 5 * (72 * 8 + 8) + 2 * (72 * 32 + 32) + (72 * 3 + 3));
  });

  it('costs nothing itself: 43M parameters at 1280x720', () => {
    const { multiplyAdds } = complexity(edsr({ features: 256, blocks: 32, resScale: 0.1, scale: 4, rgbRange: 255 }), [180, 320]);
    // Head, 65 convolutions 256 -> 256, two of 256 -> 1024 (one at twice the size), and the last one at four times the size.
    expect(multiplyAdds).toBe(180 * 320 * (27 * 256 + 65 * 9 * 256 ** 2 + 5 * 9 * 256 * 1024 + 16 * 9 * 256 * 3));
    expect(tf.memory().numBytes).toBeLessThan(1e6);
  });

  it('of VDSR at 1280x720 is the published 612.6G multiply-adds, its bicubic input not counted', () => {
    const model = vdsr({ features: 64, depth: 20, bias: false, scale: 4 });
    expect((complexity(model, [180, 320]).multiplyAdds / 1e9).toFixed(1)).toBe('612.6');
  });

  it('counts transposed convolutions and matrix products, but no interpolation by a fixed matrix', () => {
    const deconvolution = toyModel({ weight: [9, 9, 1, 4] }, (params, x) =>
      tf.conv2dTranspose(tf.concat([x, x, x, x], 3), params['weight'] as Tensor4D, [1, 10, 12, 1], 2, 'same'),
    );
    expect(complexity(deconvolution, [5, 6])).toMatchObject({ parameters: 324, multiplyAdds: 5 * 6 * 4 * 81, activations: 120 });
    const attention = toyModel({}, (_, x) => {
      const flat = tf.reshape(x, [1, 30, 1]);
      return tf.reshape(tf.matMul(tf.matMul(flat, flat, false, true), flat), [1, 5, 6, 1]);
    });
    expect(complexity(attention, [5, 6])).toMatchObject({ multiplyAdds: 30 * 30 + 30 * 30, activations: 0 });
    const interpolation = toyModel({}, (_, x) => tf.reshape(tf.matMul(tf.ones([1, 30, 30]), tf.reshape(x, [1, 30, 1])), [1, 5, 6, 1]));
    expect(complexity(interpolation, [5, 6]).multiplyAdds).toBe(0);
  });

  it('counts a depthwise convolution by its kernel area alone', () => {
    // Per LR pixel: head 9 x 8, block 9 x 8 + 8 x 8, tail 16 x 8 (4x4 transposed, one output channel).
    const { multiplyAdds } = complexity(snsr({ features: 8, blocks: 1, scale: 2 }), [5, 6]);
    expect(multiplyAdds).toBe(30 * (72 + 72 + 64 + 128));
  });

  it('finds the most memory held at the same time: views and freed tensors do not add to it', () => {
    const image = 4 * 20 * 10;
    const model = toyModel({}, (_, x) =>
      tf.tidy(() => {
        const short = tf.tidy(() => tf.relu(tf.square(tf.reshape(x, [20, 10]))));
        return tf.reshape(tf.abs(tf.neg(short)), [1, 20, 10, 1]) as Tensor4D;
      }),
    );
    // x, short, neg and abs; square is freed before neg is made.
    expect(complexity(model, [20, 10]).peakBytes).toBe(4 * image);
  });

  it('leaves the engine as it was', () => {
    const before = tf.memory();
    complexity(edsr({ features: 8, blocks: 1, resScale: 1, scale: 2, rgbRange: 1 }), [8, 8]);
    expect(activeEngine().name).toBe('wasm');
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.add(1, 2).dataSync()[0]).toBe(3);
  });

  it('restores the engine even when the network fails', () => {
    const broken = {
      ...edsr({ features: 8, blocks: 1, resScale: 1, scale: 2, rgbRange: 1 }),
      apply: () => tf.topk(tf.ones([4]), 1).values as Tensor4D,
    };
    expect(() => complexity(broken, [8, 8])).toThrow(/TopK/);
    expect(activeEngine().name).toBe('wasm');
  });
});
