import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { imageToTensor, readImage } from '@distillery/data';
import {
  ALEXNET_LAYERS,
  alexNet,
  alexNetFeatures,
  loadAlexNet,
  loadParams,
  loadVgg19,
  randomFeatureParams,
  squeezeNet,
  VGG19_LAYERS,
  vgg19,
  vgg19Features,
  type TappedNetwork,
} from '@distillery/models';
import { UserError, seedRng, uniformTensor, useEngine, valueAndGrads, type Params } from '@distillery/tensor';
import { shapeCount } from './shape-count';

const data = process.env['DISTILLERY_DATA'] ?? resolve(__dirname, '../../../../shared/data');
const weights = join(data, 'weights');
const haveData = existsSync(weights);

beforeAll(async () => {
  await useEngine('wasm');
});

interface Sample {
  readonly shape: readonly number[];
  readonly step: number;
  readonly values: readonly number[];
  readonly meanSquare: number;
}

/** Features of ex_ref.png by PyTorch in float64 on the same weights: see golden/make_frozen.py. */
const goldens = JSON.parse(readFileSync(join(__dirname, 'golden/frozen.json'), 'utf8')) as {
  'vgg19-caffe': Record<string, Sample>;
  'vgg19-raw': Record<string, Sample>;
  alexnet: Sample[];
  squeezenet: Sample[];
};

/** Within 1e-4 of the feature map's root mean square. */
function expectFeature(feature: Tensor4D | undefined, golden: Sample): void {
  expect(feature?.shape).toEqual(golden.shape);
  const values = feature?.dataSync() ?? [];
  const tolerance = 1e-4 * Math.sqrt(golden.meanSquare);
  golden.values.forEach((value, i) => expect(Math.abs((values[i * golden.step] as number) - value)).toBeLessThan(tolerance));
}

async function referenceImage(): Promise<Tensor4D> {
  return imageToTensor(await readImage(join(weights, 'lpips-examples/ex_ref.png')));
}

describe('VGG19', () => {
  it('has 20,024,384 parameters and 16 layers, each to be seen after its ReLU and before', () => {
    expect(shapeCount(vgg19.shapes)).toBe(20024384);
    expect(VGG19_LAYERS).toHaveLength(32);
  });

  it.skipIf(!haveData)('gives the features of an independent float64 computation, under both input conventions', async () => {
    const params = loadVgg19(data) as Params;
    const x = await referenceImage();
    for (const input of ['caffe', 'raw'] as const) {
      const expected = goldens[`vgg19-${input}`];
      const features = vgg19Features(params, x, Object.keys(expected), input);
      expect(Object.keys(features)).toEqual(Object.keys(expected));
      for (const [name, golden] of Object.entries(expected)) expectFeature(features[name], golden);
      tf.dispose(features);
    }
    tf.dispose([params, x]);
  });

  it('is absent where there is no data folder, or none with its weights', () => {
    expect(loadVgg19(null)).toBeNull();
    expect(loadVgg19(__dirname)).toBeNull();
  });

  it('refuses a layer that it does not have', () => {
    expect(() => vgg19Features({}, tf.zeros([1, 16, 16, 3]), ['relu6_1'])).toThrow(/no layer relu6_1.*relu5_4/);
  });

  it('refuses an image that pooling would leave nothing of', () => {
    const refused = (): unknown => vgg19Features({}, tf.zeros([1, 15, 40, 3]), ['relu5_1']);
    expect(refused).toThrow(UserError);
    expect(refused).toThrow(/up to relu5_1 need images of at least 16x16 pixels, these are 40x15/);
  });

  describe('with random weights', () => {
    let params: Params;
    beforeAll(() => {
      params = randomFeatureParams(vgg19, 7);
    });

    it('keeps the scale of its features from layer to layer', () => {
      const x = uniformTensor(seedRng(1), [1, 32, 32, 3], 0, 1) as Tensor4D;
      const before = tf.memory().numTensors;
      const features = vgg19Features(params, x, ['relu1_1', 'relu3_1', 'relu5_1']);
      expect(tf.memory().numTensors).toBe(before + 3);
      const rms = Object.values(features).map((feature) => Math.sqrt(tf.mean(tf.square(feature)).dataSync()[0] as number));
      for (const value of rms) {
        expect(value / (rms[0] as number)).toBeGreaterThan(0.3);
        expect(value / (rms[0] as number)).toBeLessThan(5);
      }
    });

    it('has gradients with respect to the image that agree with a central difference', () => {
      const x = uniformTensor(seedRng(2), [1, 16, 16, 3], 0, 1);
      const loss = (image: tf.Tensor): tf.Scalar =>
        tf.mean(tf.square(vgg19Features(params, image as Tensor4D, ['relu3_1'])['relu3_1'] as Tensor4D));
      const { grads } = valueAndGrads((p) => ({ loss: loss(p['x'] as tf.Tensor), aux: {} }), { x });
      const direction = tf.div(grads['x'] as tf.Tensor, tf.max(tf.abs(grads['x'] as tf.Tensor)));
      const slope = tf.sum(tf.mul(grads['x'] as tf.Tensor, direction)).dataSync()[0] as number;
      const at = (step: number): number => loss(tf.add(x, tf.mul(direction, step))).dataSync()[0] as number;
      expect((at(1e-3) - at(-1e-3)) / 2e-3 / slope).toBeCloseTo(1, 2);
    });
  });
});

describe('AlexNet before its ReLUs', () => {
  it.skipIf(!haveData)('gives what an independent float64 computation has after them, from RGB in 0..1', async () => {
    const params = loadAlexNet(data) as Params;
    expect(Object.keys(params).sort()).toEqual(Object.keys(alexNet.shapes).sort());
    const x = await referenceImage();
    const features = alexNetFeatures(params, x, ALEXNET_LAYERS);
    expect(Object.keys(features)).toEqual(ALEXNET_LAYERS);
    Object.values(features).forEach((map, i) => {
      expect(tf.min(map).dataSync()[0]).toBeLessThan(0);
      expectFeature(tf.relu(map), goldens.alexnet[i] as Sample);
    });
    tf.dispose([params, x, features]);
  });

  it('gives the layers asked for alone, and refuses one that it does not have', () => {
    const params = randomFeatureParams(alexNet, 1);
    const x = tf.zeros<tf.Rank.R4>([1, 48, 48, 3]);
    expect(Object.keys(alexNetFeatures(params, x, ['conv5', 'conv2']))).toEqual(['conv2', 'conv5']);
    expect(() => alexNetFeatures(params, x, ['relu1'])).toThrow('AlexNet has no layer relu1, expected conv1');
    expect(() => alexNetFeatures(params, tf.zeros([1, 30, 48, 3]), ['conv1'])).toThrow('at least 31x31 pixels, these are 48x30');
    expect(loadAlexNet(null)).toBeNull();
    expect(loadAlexNet(__dirname)).toBeNull();
  });
});

describe('the backbones of LPIPS', () => {
  it.skipIf(!haveData).each([
    ['alexnet', alexNet, 'lpips-alex-v0.1'],
    ['squeezenet', squeezeNet, 'lpips-squeeze-v0.1'],
  ] as const)('%s gives the features of an independent float64 computation', async (golden, network: TappedNetwork, file) => {
    const linear = Object.fromEntries(network.channels.map((channels, i) => [`lin${i}`, [channels]]));
    const params = loadParams({ ...network, shapes: { ...network.shapes, ...linear } }, join(weights, `${file}.safetensors`));
    const image = await referenceImage();
    const input = tf.tidy(() =>
      tf.div<Tensor4D>(tf.sub(tf.sub(tf.mul(image, 2), 1), tf.tensor1d([-0.03, -0.088, -0.188])), tf.tensor1d([0.458, 0.448, 0.45])),
    );
    const features = network.features(params, input);
    expect(features.map(({ shape }) => shape[3])).toEqual(network.channels);
    goldens[golden].forEach((sample, i) => expectFeature(features[i], sample));
    tf.dispose([params, image, input, features]);
  });

  it.each([alexNet, squeezeNet])('$name has a value at every tap of an image of minSide pixels', (network) => {
    const params = Object.fromEntries(Object.entries(network.shapes).map(([name, shape]) => [name, tf.zeros([...shape])]));
    const features = network.features(params, tf.zeros([1, network.minSide, network.minSide, 3]));
    expect(features.every(({ size }) => size > 0)).toBe(true);
    tf.dispose([params, features]);
  });
});
