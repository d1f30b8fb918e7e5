import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { conv, convParams } from './conv';
import { layers, type ParamSpecs } from './parameters';
import { convShuffle } from './pixel-shuffle';
import type { Scale } from './upsampler';

/** LR pixels that one output pixel of the tail depends on, on each side. */
export const DIRECT_TAIL_HALO = 2;

/** A tail that upsamples at the very end, in one step: 3x3 convolutions n -> n and n -> 3 scale^2, then PixelShuffle. */
export function directTailParams(name: string, features: number, scale: Scale, bias = true): ParamSpecs {
  return layers(
    convParams(`${name}.0`, { kernel: 3, in: features, out: features }),
    convParams(`${name}.1`, { kernel: 3, in: features, out: 3 * scale * scale, bias }),
  );
}

/** `[n, h, w, c]` -> `[n, scale h, scale w, 3]`. */
export function directTail(params: Params, name: string, x: Tensor4D, scale: Scale): Tensor4D {
  return convShuffle(params, `${name}.1`, conv(params, `${name}.0`, x), scale);
}
