import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import {
  crop,
  emptyLike,
  imageToTensor,
  luma,
  peak,
  quantised,
  resizeBicubic,
  toRgb,
  type Image,
  type Plane,
  type Values,
} from '@distillery/data';
import { breathe, obeyInterrupt, UserError, type Params } from '@distillery/tensor';
import type { Model } from '../model';
import { forwardPass } from './forward-pass';
import { tilingOf, type TilingRequest } from './tile-size';
import { tilesOf, type Region, type Tile } from './tiles';

export interface UpscaleOptions extends TilingRequest {
  /** Average over the eight flips and rotations: the `+` of EDSR+. */
  readonly selfEnsemble?: boolean | undefined;
  /** The network is in training and seen again soon with other parameters, see `PassOptions`. */
  readonly training?: boolean | undefined;
  /** Called after each tile. */
  readonly onTile?: (done: number, total: number) => void;
  /** Told why the engine could not compile the network, which it then runs operation by operation. */
  readonly onFallback?: (reason: string) => void;
}

/** Studio-range luma to full-range values: white - black is 219 of 255. */
const LUMA_SPAN = 219 / 255;

/**
 * The image upscaled by the network, in as many bits: values x 255 rounded half up, clipped to 0..255 (x 65535 where the image has 16 bits). In tiles that overlap by `model.halo`, which gives the
 * pixels of the whole image at once; memory is bounded by the tile.
 * - RGB network, grey image: the image as R = G = B; the result is RGB.
 * - Luma network, RGB image: Y through the network, Cb and Cr by MATLAB's bicubic; the result is RGB.
 * - Luma network, grey image: its luma, 16 + 219 v / 255, through the network and back; the result is grey.
 * Throws UserError as `tilingOf` does, and when the network's output is not a number.
 */
export async function upscale<V extends Values>(
  model: Model,
  params: Params,
  image: Image<V>,
  options: UpscaleOptions = {},
): Promise<Image<V>> {
  if (model.channels === 1) return withChroma(await upscaleLuma(model, params, image, options), image);
  const { width, height } = image;
  const rgb = toRgb(image);
  const source = { width, height, part: (r: Region) => imageToTensor(crop(rgb, r.x, r.y, r.width, r.height)) };
  const white = peak(image.data);
  const [outWidth, outHeight] = [width * model.scale, height * model.scale];
  const result: Image<V> = { width: outWidth, height: outHeight, channels: 3, data: emptyLike(image.data, outWidth * outHeight * 3) };
  await forEachTile(model, params, source, options, (region, values) => {
    paste(result, region, (i) => quantised(white * (values[i] as number), white));
  });
  return result;
}

/**
 * The image that a luma network made of `lr`: its luma, with Cb and Cr of MATLAB's bicubic enlargement, values rounded half up and clipped to
 * 0..255, or 0..65535 if `lr` has 16 bits; grey if `lr` is.
 */
export function withChroma<V extends Values>({ width, height, data }: Plane, lr: Image<V>): Image<V> {
  const bicubic = resizeBicubic(lr, { width, height });
  const old = luma(bicubic);
  // In RGB, Cb and Cr stay as they are when all three channels move by the same amount.
  const white = peak(lr.data);
  const span = (LUMA_SPAN * 255) / white;
  const values = bicubic.data.map((value, i) => {
    const pixel = Math.floor(i / bicubic.channels);
    return quantised(value + ((data[pixel] as number) - (old[pixel] as number)) / span, white);
  });
  return { ...bicubic, data: values as V };
}

/**
 * What a luma network makes of luma, before any rounding: what its authors measured. `input` is an image, or luma that was never rounded
 * (several papers shrink the HR luma in double precision). Options and errors as for `upscale`; UserError for an RGB network.
 */
export async function upscaleLuma(
  model: Model,
  params: Params,
  input: Image<Values> | Plane,
  options: UpscaleOptions = {},
): Promise<Plane> {
  if (model.channels !== 1) throw new UserError(`${model.name} is an RGB network: it has no luma output`);
  const plane = 'channels' in input ? lumaPlane(input) : input;
  const [width, height] = [plane.width * model.scale, plane.height * model.scale];
  const data = new Float64Array(width * height);
  await forEachTile(model, params, lumaSource(plane), options, (region, values) => {
    for (let row = 0; row < region.height; row++) {
      for (let column = 0; column < region.width; column++) {
        data[(region.y + row) * width + region.x + column] = 255 * (values[row * region.width + column] as number);
      }
    }
  });
  return { width, height, data };
}

/** An image that can be cut into inputs of the network. */
interface Source {
  readonly width: number;
  readonly height: number;
  /** The pixels of a region as `[1, h, w, c]`, 0..1. */
  part(region: Region): Tensor4D;
}

function lumaPlane(image: Image<Values>): Plane {
  return { width: image.width, height: image.height, data: luma(image) };
}

/** Luma networks take Y / 255. */
function lumaSource({ width, height, data }: Plane): Source {
  return {
    width,
    height,
    part(region) {
      const values = new Float32Array(region.width * region.height);
      for (let row = 0; row < region.height; row++) {
        const start = (region.y + row) * width + region.x;
        for (let i = 0; i < region.width; i++) values[row * region.width + i] = (data[start + i] as number) / 255;
      }
      return tf.tensor4d(values, [1, region.height, region.width, 1]);
    },
  };
}

/** As `forEachTileOf`, heeding an interrupt between two tiles. */
function forEachTile(...pass: Parameters<typeof forEachTileOf>): Promise<void> {
  return obeyInterrupt(() => forEachTileOf(...pass));
}

/** Runs the network tile by tile; `use` gets each core's region of the output and its values, HWC, 0..1. */
async function forEachTileOf(
  model: Model,
  params: Params,
  source: Source,
  options: UpscaleOptions,
  use: (region: Region, values: Float32Array) => void,
): Promise<void> {
  const { side, overlap, equal } = tilingOf(model, source.width, source.height, options);
  const tiles = tilesOf(source.width, source.height, side, overlap, { equal, multiple: model.multiple ?? 1 });
  for (const [index, tile] of tiles.entries()) {
    await breathe();
    const values = await runTile(model, params, source, tile, options);
    if (!values.every(Number.isFinite))
      throw new UserError(`${model.name} gave values that are not numbers: its weights are damaged or diverged`);
    use(scaled(tile.core, model.scale), values);
    options.onTile?.(index + 1, tiles.length);
  }
}

async function runTile(
  model: Model,
  params: Params,
  source: Source,
  { core, context }: Tile,
  { selfEnsemble = false, training, onFallback }: UpscaleOptions,
): Promise<Float32Array> {
  const { scale, channels } = model;
  const input = source.part(context);
  const whole = await forwardPass(model, params, input, { ensemble: selfEnsemble, training, onFallback });
  const begin: [number, number, number, number] = [0, (core.y - context.y) * scale, (core.x - context.x) * scale, 0];
  const output = tf.slice(whole, begin, [1, core.height * scale, core.width * scale, channels]);
  const values = await output.data<'float32'>();
  tf.dispose([input, whole, output]);
  return values;
}

function scaled({ x, y, width, height }: Region, scale: number): Region {
  return { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
}

/** Replaces a region: `value` gets the index inside the region (HWC). */
function paste(image: Image<Values>, { x, y, width, height }: Region, value: (index: number) => number): void {
  const { channels, data } = image;
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * image.width + x) * channels;
    for (let i = 0; i < width * channels; i++) data[start + i] = value(row * width * channels + i);
  }
}
