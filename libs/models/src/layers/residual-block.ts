import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { conv, convParams } from './conv';
import { layers, type ParamSpecs } from './parameters';

/** Two 3x3 convolutions of as many channels as the block has, `name.body.0` and `name.body.2`. */
export function residualBlockParams(name: string, features: number): ParamSpecs {
  const same = { kernel: 3, in: features, out: features };
  return layers(convParams(`${name}.body.0`, same), convParams(`${name}.body.2`, same));
}

/** EDSR's residual block (Lim et al., CVPRW 2017): h + resScale conv(relu(conv(h))). */
export function residualBlock(params: Params, name: string, h: Tensor4D, resScale: number): Tensor4D {
  const residual = conv(params, `${name}.body.2`, tf.relu(conv(params, `${name}.body.0`, h)));
  return tf.add(h, resScale === 1 ? residual : tf.mul(residual, resScale));
}
