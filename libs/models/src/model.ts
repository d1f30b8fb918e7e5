import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params, Rng } from '@distillery/tensor';

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
  /** LR pixels on each side that one output pixel can depend on; tiled inference overlaps tiles by this much. Infinity if global. */
  readonly halo: number;
  /** Draws fresh parameters. The caller owns (and disposes) the tensors. */
  init(rng: Rng): Params;
  /** x `[n, h, w, c]` in 0..1 -> `[n, scale h, scale w, c]` in 0..1, not clipped. */
  apply(params: Params, x: Tensor4D, tap?: Tap): Tensor4D;
}
