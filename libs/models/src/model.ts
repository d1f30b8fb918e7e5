import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { UserError, type Params, type Rng } from '@distillery/tensor';
import { drawParams, shapesOf, type ParamShapes, type ParamSpecs } from './layers/parameters';
import type { StoredTensor } from './weights/safetensors';

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
  /** Rows, and columns, that an LR image has at least; 1 if absent. */
  readonly smallestSide?: number | undefined;
  /** The network takes squares of so many LR pixels together: tiles must begin at a multiple of it. 1 if absent. */
  readonly multiple?: number | undefined;
  /** Names and shapes of the parameters, known without drawing them. */
  readonly shapes: ParamShapes;
  /** Fixed tensors that official checkpoints hold besides the parameters (mean shifts): checked on loading, not trained or counted. */
  readonly constants: Readonly<Record<string, FixedTensor>>;
  /** Absent: files hold the parameters as they are here, but for the order of a kernel's axes. */
  readonly fromFile?: FromFile | undefined;
  /** Draws fresh parameters. The caller owns (and disposes) the tensors. */
  init(rng: Rng): Params;
  /** x `[n, h, w, c]` in 0..1 -> `[n, scale h, scale w, c]` in 0..1, not clipped. */
  apply(params: Params, x: Tensor4D, tap?: Tap): Tensor4D;
}

/** Tensors of the weight files in circulation, kernels HWIO -> the same network's under our names and in our form. `label` is the file's in messages. */
export type FromFile = (tensors: Readonly<Record<string, StoredTensor>>, label: string) => Readonly<Record<string, StoredTensor>>;

/** A tensor that no training changes, in PyTorch's layout. */
export interface FixedTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** What tells one network from another. */
export interface ModelParts<C> extends Pick<
  Model<C>,
  'name' | 'config' | 'scale' | 'channels' | 'halo' | 'smallestSide' | 'multiple' | 'fromFile'
> {
  readonly constants?: Model['constants'];
  /** 1 if absent. */
  readonly pixelRange?: Model['pixelRange'];
  readonly parameters: ParamSpecs;
  forward(params: Params, x: Tensor4D, tap?: Tap): Tensor4D;
}

/**
 * A model from its parts: what the forward pass makes on the way is freed when it returns. It throws UserError for images that are too small
 * for the network.
 */
export function defineModel<C>({ parameters, forward, constants = {}, pixelRange = 1, ...identity }: ModelParts<C>): Model<C> {
  return {
    ...identity,
    constants,
    pixelRange,
    shapes: shapesOf(parameters),
    init: (rng) => drawParams(parameters, rng),
    apply(params, x, tap) {
      const [, height, width] = x.shape;
      const { smallestSide = 1 } = identity;
      if (height < smallestSide || width < smallestSide)
        throw new UserError(`${identity.name}: image of ${width}x${height} pixels, expected at least ${smallestSide}x${smallestSide}`);
      return tf.tidy(() => forward(params, x, tap));
    },
  };
}
