import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { imageToTensor, toRgb, type Image } from '@distillery/data';
import { alexNet, loadParams, squeezeNet, type TappedNetwork } from '@distillery/models';
import { UserError, type Params } from '@distillery/tensor';
import type { ImageMetric } from '../metric';

/** With AlexNet, as papers on super-resolution measure it. The bands are the last digit that they print, and three times that. */
export const LPIPS = {
  id: 'lpips',
  title: 'LPIPS',
  unit: '',
  better: 'lower',
  judges: 'perception',
  digits: { printed: 4, full: 6 },
  bands: { reproduced: 0.001, tolerance: 0.003 },
  compares: 'images',
  load(dataDir) {
    const network = loadLpips('alex', dataDir);
    return (
      network && {
        network: 'LPIPS-Alex v0.1',
        params: network.params,
        measure: (image, reference) =>
          Math.min(image.width, image.height) < network.backbone.minSide ? null : lpips(image, reference, network),
      }
    );
  },
} as const satisfies ImageMetric;

const BACKBONES = {
  alex: { network: alexNet, file: 'weights/lpips-alex-v0.1.safetensors' },
  squeeze: { network: squeezeNet, file: 'weights/lpips-squeeze-v0.1.safetensors' },
} as const satisfies Record<string, { network: TappedNetwork; file: string }>;

/** Which network sees the images. Distances under different ones must not be compared. */
export type LpipsName = keyof typeof BACKBONES;

/** A backbone and the weights of its channels, ready to compare images. */
export interface LpipsNetwork {
  readonly name: LpipsName;
  readonly backbone: TappedNetwork;
  /** The backbone's parameters and `lin0`... `[channels]`, one per tap. */
  readonly params: Params;
}

/** ImageNet's mean and deviation on the range -1..1, RGB. */
const SHIFT = [-0.03, -0.088, -0.188];
const SCALE = [0.458, 0.448, 0.45];
const EPSILON = 1e-10;

/** The weights of LPIPS v0.1 from a data folder, or null where it has none. Throws UserError if the file is damaged. */
export function loadLpips(name: LpipsName, dataDir: string | null): LpipsNetwork | null {
  const { network, file } = BACKBONES[name];
  if (dataDir === null || !existsSync(join(dataDir, file))) return null;
  const linear = Object.fromEntries(network.channels.map((channels, i) => [`lin${i}`, [channels]]));
  const params = loadParams({ ...network, name: `LPIPS-${network.name}`, shapes: { ...network.shapes, ...linear } }, join(dataDir, file));
  return { name, backbone: network, params };
}

/**
 * LPIPS v0.1 (Zhang et al., CVPR 2018): sum over taps l of the mean over pixels of sum_c lin_l[c] (f_l(a)[c] - f_l(b)[c])^2, where every
 * pixel's feature vector has unit length. >= 0, lower is closer; no unit. RGB; a grey image counts as R = G = B.
 * Throws UserError if the images' sizes differ or are too small for the network.
 */
export function lpips(a: Image, b: Image, { backbone, params }: LpipsNetwork): number {
  if (a.width !== b.width || a.height !== b.height) {
    throw new UserError(`LPIPS of ${a.width}x${a.height} and ${b.width}x${b.height}: expected images of one size`);
  }
  if (Math.min(a.width, a.height) < backbone.minSide) {
    throw new UserError(`LPIPS of ${a.width}x${a.height}: ${backbone.name} needs at least ${backbone.minSide}x${backbone.minSide}`);
  }
  const distance = tf.tidy(() => {
    const featuresA = unitFeatures(a, backbone, params);
    const featuresB = unitFeatures(b, backbone, params);
    const distances = featuresA.map((feature, l) => {
      const weighted = tf.mul(tf.squaredDifference(feature, featuresB[l] as Tensor4D), params[`lin${l}`] as Tensor1D);
      return tf.mean(tf.sum(weighted, 3));
    });
    return tf.addN(distances);
  });
  const value = distance.dataSync()[0] as number;
  distance.dispose();
  return value;
}

/** The tapped features, each pixel's vector divided by its length. */
function unitFeatures(image: Image, backbone: TappedNetwork, params: Params): Tensor4D[] {
  const rgb = tf.sub<Tensor4D>(tf.mul(imageToTensor(toRgb(image)), 2), 1);
  const normalised = tf.div<Tensor4D>(tf.sub(rgb, tf.tensor1d(SHIFT)), tf.tensor1d(SCALE));
  return backbone.features(params, normalised).map((feature) => {
    const length = tf.sqrt(tf.sum(tf.square(feature), 3, true));
    return tf.div<Tensor4D>(feature, tf.add(length, EPSILON));
  });
}
