import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params, Rng } from '@distillery/tensor';
import { drawParams, shapesOf, type ParamShapes, type ParamSpecs } from './layers/parameters';

/** Sees an intermediate feature map of a forward pass. `name` is the module path inside the network (`body.3`). */
export type Tap = (name: string, feature: Tensor4D) => void;

/** A network is two pure functions and its configuration. */
export interface Model<C = unknown> {
  /** The architecture's name as the field writes it: `EDSR`. */
  readonly name: string;
  readonly config: C;
  /** Upscaling factor: output height = scale * input height. 1 for networks that keep the size. */
  readonly scale: number;
  /** Channels of input and output images: 1 (luma) or 3 (RGB). */
  readonly channels: 1 | 3;
  /** The value of white inside the network: 255 for the EDSR family, whose authors' loss is of such images too, else 1. The interface is 0..1 either way. */
  readonly pixelRange: 1 | 255;
  /** LR pixels on each side that one output pixel can depend on; tiled inference overlaps tiles by this much. Infinity if global. */
  readonly halo: number;
  /** Names and shapes of the parameters, known without drawing them. */
  readonly shapes: ParamShapes;
  /** Fixed tensors that official checkpoints hold besides the parameters (mean shifts): checked on loading, not trained or counted. */
  readonly constants: Readonly<Record<string, FixedTensor>>;
  /** Draws fresh parameters. The caller owns (and disposes) the tensors. */
  init(rng: Rng): Params;
  /** x `[n, h, w, c]` in 0..1 -> `[n, scale h, scale w, c]` in 0..1, not clipped. */
  apply(params: Params, x: Tensor4D, tap?: Tap): Tensor4D;
}

/** A tensor that no training changes, in PyTorch's layout. */
export interface FixedTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** What tells one network from another. */
export interface ModelParts<C> extends Pick<Model<C>, 'name' | 'config' | 'scale' | 'channels' | 'halo'> {
  readonly constants?: Model['constants'];
  /** 1 if absent. */
  readonly pixelRange?: Model['pixelRange'];
  readonly parameters: ParamSpecs;
  forward(params: Params, x: Tensor4D, tap?: Tap): Tensor4D;
}

/** A model from its parts: what the forward pass makes on the way is freed when it returns. */
export function defineModel<C>({ parameters, forward, constants = {}, pixelRange = 1, ...identity }: ModelParts<C>): Model<C> {
  return {
    ...identity,
    constants,
    pixelRange,
    shapes: shapesOf(parameters),
    init: (rng) => drawParams(parameters, rng),
    apply: (params, x, tap) => tf.tidy(() => forward(params, x, tap)),
  };
}
