import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { normalTensor, seedRng, type Params } from '@distillery/tensor';
import { param, type ParamShapes } from '../layers/parameters';

/** A network that is used for its features and never trained. Enough of a `Model` to load its weights. */
export interface FeatureNetwork {
  readonly name: string;
  readonly scale: 1;
  readonly shapes: ParamShapes;
  readonly constants: Readonly<Record<string, never>>;
}

/** A feature network with a fixed list of taps, as LPIPS needs it. */
export interface TappedNetwork extends FeatureNetwork {
  /** Channels of each tapped feature map. */
  readonly channels: readonly number[];
  /** Pixels that height and width must at least have for every tap to have a value. */
  readonly minSide: number;
  /** x `[n, h, w, 3]`, normalised as the weights want it -> the tapped feature maps (after ReLU), shallow to deep. */
  features(params: Params, x: Tensor4D): Tensor4D[];
}

/** Shapes of a convolution under the names of the frozen weight files: `name/kernel` HWIO and `name/bias`. */
export function kernelShapes(name: string, kernel: number, inputs: number, outputs: number): ParamShapes {
  return { [`${name}/kernel`]: [kernel, kernel, inputs, outputs], [`${name}/bias`]: [outputs] };
}

/**
 * Random weights for a feature network, the stand-in where the trained ones are not found: kernels N(0, 2 / fan in), which keeps
 * the features' scale through the ReLUs (He et al., ICCV 2015), biases 0. Whoever uses it must say so next to the numbers.
 */
export function randomFeatureParams({ shapes }: FeatureNetwork, seed: number): Params {
  const rng = seedRng(seed);
  const draw = (name: string, shape: readonly number[]): tf.Tensor => {
    const fanIn = shape.slice(0, -1).reduce((product, side) => product * side, 1);
    return shape.length === 4 ? normalTensor(rng.split(name), shape, Math.sqrt(2 / fanIn)) : tf.zeros([...shape]);
  };
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, draw(name, shape)]));
}

/** conv(x) + bias, `pad` zeros on each side. */
export function convBias(params: Params, name: string, x: Tensor4D, { stride = 1, pad = 0 } = {}): Tensor4D {
  const y = tf.conv2d<Tensor4D>(x, param<Tensor4D>(params, `${name}/kernel`), stride, pad);
  return tf.add<Tensor4D>(y, param<Tensor1D>(params, `${name}/bias`));
}

/** relu(conv(x) + bias), as `convBias`. */
export function convRelu(params: Params, name: string, x: Tensor4D, options = {}): Tensor4D {
  return tf.relu(convBias(params, name, x, options));
}
