import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import type { ParamShapes } from '../layers/parameters';
import { convRelu, kernelShapes, type TappedNetwork } from './feature-network';

/** A fire module: 1x1 squeeze, then 1x1 and 3x3 expansions side by side. `index` is its place in torchvision's `features`. */
interface Fire {
  readonly index: number;
  readonly inputs: number;
  readonly squeeze: number;
  /** Channels of each of the two expansions. */
  readonly expand: number;
  /** A 3x3 max pooling of stride 2 lies before it. */
  readonly pool: boolean;
  /** LPIPS taps its output. */
  readonly tap: boolean;
}

const FIRES: readonly Fire[] = [
  { index: 3, inputs: 64, squeeze: 16, expand: 64, pool: true, tap: false },
  { index: 4, inputs: 128, squeeze: 16, expand: 64, pool: false, tap: true },
  { index: 6, inputs: 128, squeeze: 32, expand: 128, pool: true, tap: false },
  { index: 7, inputs: 256, squeeze: 32, expand: 128, pool: false, tap: true },
  { index: 9, inputs: 256, squeeze: 48, expand: 192, pool: true, tap: true },
  { index: 10, inputs: 384, squeeze: 48, expand: 192, pool: false, tap: true },
  { index: 11, inputs: 384, squeeze: 64, expand: 256, pool: false, tap: true },
  { index: 12, inputs: 512, squeeze: 64, expand: 256, pool: false, tap: true },
];

/** The convolutional part of SqueezeNet 1.1 (Iandola et al. 2016, torchvision), with the seven taps of LPIPS. */
export const squeezeNet: TappedNetwork = {
  name: 'SqueezeNet',
  scale: 1,
  constants: {},
  shapes: Object.assign(kernelShapes('conv1', 3, 3, 64), ...FIRES.map(fireShapes)),
  channels: [64, ...FIRES.filter(({ tap }) => tap).map(({ expand }) => 2 * expand)],
  minSide: 17,
  features(params, x) {
    return tf.tidy(() => {
      let h = convRelu(params, 'conv1', x, { stride: 2 });
      const taps = [h];
      for (const { index, pool, tap } of FIRES) {
        h = fire(params, `features${index}`, pool ? maxPoolCeil(h) : h);
        if (tap) taps.push(h);
      }
      return taps;
    });
  },
};

function fireShapes({ index, inputs, squeeze, expand }: Fire): ParamShapes {
  return {
    ...kernelShapes(`features${index}/squeeze`, 1, inputs, squeeze),
    ...kernelShapes(`features${index}/expand1x1`, 1, squeeze, expand),
    ...kernelShapes(`features${index}/expand3x3`, 3, squeeze, expand),
  };
}

function fire(params: Params, name: string, x: Tensor4D): Tensor4D {
  const squeezed = convRelu(params, `${name}/squeeze`, x);
  return tf.concat([convRelu(params, `${name}/expand1x1`, squeezed), convRelu(params, `${name}/expand3x3`, squeezed, { pad: 1 })], 3);
}

/** 3x3 max pooling of stride 2 whose last window may hang over the edge (PyTorch's ceil_mode). x >= 0, so zeros stand in for what is outside. */
function maxPoolCeil(x: Tensor4D): Tensor4D {
  const overhang = (size: number): number => (size % 2 === 0 ? 1 : 0);
  return tf.maxPool(
    tf.pad(x, [
      [0, 0],
      [0, overhang(x.shape[1])],
      [0, overhang(x.shape[2])],
      [0, 0],
    ]),
    3,
    2,
    'valid',
  );
}
