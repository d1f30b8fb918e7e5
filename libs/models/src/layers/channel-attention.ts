import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { conv, convParams } from './conv';
import { layers, type ParamSpecs } from './parameters';

/** The two 1x1 convolutions of a channel attention: `name.conv_du.0` channels -> channels / reduction, `name.conv_du.2` back. */
export function attentionParams(name: string, channels: number, reduction: number): ParamSpecs {
  const inner = Math.floor(channels / reduction);
  return layers(
    convParams(`${name}.conv_du.0`, { kernel: 1, in: channels, out: inner }),
    convParams(`${name}.conv_du.2`, { kernel: 1, in: inner, out: channels }),
  );
}

/** x sigmoid(conv(relu(conv(descriptor)))): every channel weighted by what `descriptor` `[n, 1, 1, c]` says about the whole image. */
export function attend(params: Params, name: string, x: Tensor4D, descriptor: Tensor4D): Tensor4D {
  const hidden = tf.relu(conv(params, `${name}.conv_du.0`, descriptor));
  return tf.mul(x, tf.sigmoid(conv(params, `${name}.conv_du.2`, hidden)));
}

/** Mean of each channel over the image: `[n, 1, 1, c]`. */
export function channelMean(x: Tensor4D): Tensor4D {
  return tf.mean(x, [1, 2], true);
}
