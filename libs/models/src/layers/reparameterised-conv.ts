import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { convParams } from './conv';
import { layers, param, type ParamSpecs } from './parameters';

/** Inside, a reparameterised convolution has this many times its channels. */
const GAIN = 2;

/** Kernel and bias of a convolution. */
export interface Kernel {
  readonly weight: Tensor4D;
  readonly bias: Tensor1D;
}

/**
 * Parameters of a 3x3 convolution that is trained as more than it is (SPAN's Conv3XC): `name.conv.0` 1x1, `name.conv.1` 3x3, `name.conv.2` 1x1 one after the other with
 * nothing between them, plus `name.sk` 1x1.
 */
export function reparameterisedConvParams(name: string, { in: inputs, out }: { readonly in: number; readonly out: number }): ParamSpecs {
  return layers(
    convParams(`${name}.sk`, { kernel: 1, in: inputs, out }),
    convParams(`${name}.conv.0`, { kernel: 1, in: inputs, out: GAIN * inputs }),
    convParams(`${name}.conv.1`, { kernel: 3, in: GAIN * inputs, out: GAIN * out }),
    convParams(`${name}.conv.2`, { kernel: 1, in: GAIN * out, out }),
  );
}

/**
 * The one 3x3 convolution that they come to, W[y, x] = W0 W1[y, x] W2 with Wsk added in the centre, and its bias. Exact at the borders too: the original pads
 * before the first 1x1, so that its bias is in the padding. Differentiable, and far cheaper on kernels than on images.
 */
export function foldedKernel(params: Params, name: string): Kernel {
  return tf.tidy(() => {
    const weight = (layer: string): Tensor4D => param<Tensor4D>(params, `${name}.${layer}.weight`);
    const bias = (layer: string): Tensor1D => param<Tensor1D>(params, `${name}.${layer}.bias`);
    const [kernel, , wideIn, wideOut] = weight('conv.1').shape;
    const taps = kernel * kernel;
    const [inputs, out] = [weight('conv.0').shape[2], weight('conv.2').shape[3]];
    const first = tf.reshape(weight('conv.0'), [inputs, wideIn]) as Tensor2D;
    const last = tf.reshape(weight('conv.2'), [wideOut, out]) as Tensor2D;
    const later = tf.reshape(tf.matMul(tf.reshape(weight('conv.1'), [taps * wideIn, wideOut]) as Tensor2D, last), [taps, wideIn, out]);
    const acrossTaps = tf.reshape(tf.transpose(later, [1, 0, 2]), [wideIn, taps * out]) as Tensor2D;
    const all = tf.transpose(tf.reshape(tf.matMul(first, acrossTaps), [inputs, taps, out]), [1, 0, 2]);
    const side: [number, number] = [(kernel - 1) / 2, (kernel - 1) / 2];
    const skip = tf.pad(weight('sk'), [side, side, [0, 0], [0, 0]]);
    const constant = tf.add(
      tf.matMul(tf.reshape(bias('conv.0'), [1, wideIn]) as Tensor2D, tf.sum(later, 0) as Tensor2D),
      tf.matMul(tf.reshape(bias('conv.1'), [1, wideOut]) as Tensor2D, last),
    );
    return {
      weight: tf.add<Tensor4D>(tf.reshape(all, [kernel, kernel, inputs, out]), skip),
      bias: tf.add<Tensor1D>(tf.add(tf.reshape(constant, [out]), bias('conv.2')), bias('sk')),
    };
  });
}
