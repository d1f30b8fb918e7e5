import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { chain } from './chain';
import { convParams } from './conv';
import { layers, type ParamSpecs } from './parameters';
import { convShuffle } from './pixel-shuffle';

/** LR pixels that one output pixel of the up-sampler and a 3x3 convolution behind it depends on, on each side. */
export const UPSAMPLER_HALO = 2;

/** Scales the EDSR up-sampler exists for. */
export type Scale = 2 | 3 | 4;
export const SCALES: readonly Scale[] = [2, 3, 4];

/** The shuffle of each stage: x4 is x2 twice. */
function stages(scale: Scale): readonly number[] {
  return scale === 4 ? [2, 2] : [scale];
}

/** Convolutions of stages: even indices, because the official module lists a parameterless shuffle after each. */
function stageName(name: string, stage: number): string {
  return `${name}.${2 * stage}`;
}

/** EDSR's up-sampler (Lim et al., CVPRW 2017): per stage a 3x3 convolution n -> n r^2 and PixelShuffle(r). */
export function upsamplerParams(name: string, features: number, scale: Scale): ParamSpecs {
  return layers(...stages(scale).map((r, i) => convParams(stageName(name, i), { kernel: 3, in: features, out: features * r * r })));
}

/** `[n, h, w, c]` -> `[n, scale h, scale w, c]`. */
export function upsampler(params: Params, name: string, x: Tensor4D, scale: Scale): Tensor4D {
  return chain(x, [...stages(scale).entries()], (h, [i, r]) => convShuffle(params, stageName(name, i), h, r));
}
