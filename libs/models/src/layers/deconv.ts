import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { addBias } from './conv';
import { constant, normal, param, uniform, type ParamSpecs } from './parameters';

/**
 * Parameters of a transposed convolution: `name.weight` `[kernel, kernel, out, in]`, drawn from N(0, std^2), and `name.bias` `[out]`, 0.
 * (PyTorch's `[in, out, kh, kw]` becomes this by the transposition that turns OIHW into HWIO.)
 */
export function deconvParams(name: string, shape: { kernel: number; in: number; out: number }, std: number): ParamSpecs {
  const { kernel, in: inputs, out } = shape;
  return { [`${name}.weight`]: normal([kernel, kernel, out, inputs], std), [`${name}.bias`]: constant([out], 0) };
}

/** The same parameters at PyTorch's default, both from U(-b, b), b = 1 / (kernel sqrt(out)): it takes the output channels for the fan-in. */
export function defaultDeconvParams(name: string, { kernel, in: inputs, out }: { kernel: number; in: number; out: number }): ParamSpecs {
  const bound = 1 / (kernel * Math.sqrt(out));
  return { [`${name}.weight`]: uniform([kernel, kernel, out, inputs], bound), [`${name}.bias`]: uniform([out], bound) };
}

/**
 * Transposed convolution: `[n, h, w, in]` -> `[n, stride h, stride w, out]`, the full result ((h - 1) stride + kernel pixels) without its first
 * `crop` rows and columns (PyTorch's padding; its output padding then makes up the size).
 */
export function deconv(params: Params, name: string, x: Tensor4D, stride: number, crop: number): Tensor4D {
  return tf.tidy(() => {
    const weight = param<Tensor4D>(params, `${name}.weight`);
    const [n, height, width] = x.shape;
    const [kernel, , out] = weight.shape;
    const sides: [number, number] = [crop, kernel - stride - crop];
    const y = tf.conv2dTranspose(x, weight, [n, height * stride, width * stride, out], stride, [[0, 0], sides, sides, [0, 0]]);
    return addBias(params, name, y as Tensor4D);
  });
}
