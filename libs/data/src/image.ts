import { UserError } from '@distillery/tensor';
import { emptyLike, isWide, type Values } from './depth';

/** An image of 8 bits unless it says otherwise: `data[(y * width + x) * channels + c]`, RGB or grey. Treat the pixels as read-only. */
export interface Image<V extends Values = Uint8Array> {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: V;
}

/** A size in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Three channels: a grey image with its value repeated as R = G = B, an RGB image unchanged (the same object). */
export function toRgb<V extends Values>(image: Image<V>): Image<V> {
  if (image.channels === 3) return image;
  const data = emptyLike(image.data, image.data.length * 3);
  for (let i = 0, j = 0; i < image.data.length; i++) {
    const value = image.data[i] as number;
    data[j++] = value;
    data[j++] = value;
    data[j++] = value;
  }
  return { width: image.width, height: image.height, channels: 3, data };
}

/**
 * The rectangle of `width` x `height` pixels whose top left corner is (x, y), as a copy.
 * Throws UserError if it is empty or reaches outside the image.
 */
export function crop<V extends Values>(image: Image<V>, x: number, y: number, width: number, height: number): Image<V> {
  const inside =
    [x, y, width, height].every(Number.isInteger) && x >= 0 && y >= 0 && x + width <= image.width && y + height <= image.height;
  if (!inside || width < 1 || height < 1) {
    throw new UserError(`cannot crop ${width}x${height} at (${x}, ${y}) from an image of ${image.width}x${image.height}`);
  }
  const { channels } = image;
  const data = emptyLike(image.data, width * height * channels);
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * image.width + x) * channels;
    data.set(image.data.subarray(start, start + width * channels), row * width * channels);
  }
  return { width, height, channels, data };
}

/**
 * The image without its last `width mod scale` columns and `height mod scale` rows, as every SR benchmark crops its HR images.
 * Returns the same object if nothing is to be removed. Throws UserError if the image is smaller than `scale`.
 */
export function cropToMultiple<V extends Values>(image: Image<V>, scale: number): Image<V> {
  if (!Number.isInteger(scale) || scale < 1) throw new UserError(`scale ${scale}: expected a positive integer`);
  const width = image.width - (image.width % scale);
  const height = image.height - (image.height % scale);
  if (width === 0 || height === 0) {
    throw new UserError(`image of ${image.width}x${image.height}: expected at least ${scale}x${scale} for scale ${scale}`);
  }
  if (width === image.width && height === image.height) return image;
  return crop(image, 0, 0, width, height);
}

/** The image in 8 bits, round(v / 257): what is trained on and measured. */
export function toEightBit(image: Image<Values>): Image {
  const { data } = image;
  return isWide(data) ? { ...image, data: Uint8Array.from(data, (value) => Math.round(value / 257)) } : { ...image, data };
}
