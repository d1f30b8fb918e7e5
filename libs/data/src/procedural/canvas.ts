import type { Rng } from '@distillery/tensor';
import type { Image } from '../image';

/** Subpixels per pixel and axis. Scenes are painted hard-edged at this resolution and averaged, as a sensor would. */
export const SUBPIXELS = 3;

/** A painting in subpixels, RGB interleaved. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** The colour 0xRRGGBB at integer coordinates (u, v) of a frame, or -1 where nothing is painted. */
export type Paint = (u: number, v: number) => number;

/** A rotated, shifted coordinate system: u = floor((a (x - x0) + b (y - y0)) / norm), v = floor((a (y - y0) - b (x - x0)) / norm). */
export interface Frame {
  readonly x0: number;
  readonly y0: number;
  readonly a: number;
  readonly b: number;
  readonly norm: number;
}

/** Rotations without trigonometry, whose results could differ between machines: integer triples with a^2 + b^2 = norm^2. */
const TRIPLES = [
  [1, 0, 1],
  [40, 9, 41],
  [35, 12, 37],
  [12, 5, 13],
  [15, 8, 17],
  [4, 3, 5],
  [21, 20, 29],
] as const;

/** A frame at (x0, y0) without rotation. */
export function upright(x0: number, y0: number): Frame {
  return { x0, y0, a: 1, b: 0, norm: 1 };
}

/** A frame at (x0, y0) turned by one of 28 angles. */
export function turned(rng: Rng, x0: number, y0: number): Frame {
  const [p, q, norm] = TRIPLES[rng.integer(TRIPLES.length)] as (typeof TRIPLES)[number];
  const [a, b] = rng.integer(2) === 0 ? [p, q] : [q, p];
  return { x0, y0, a: rng.integer(2) === 0 ? a : -a, b: rng.integer(2) === 0 ? b : -b, norm };
}

/** An empty (black) canvas for an image of `width` x `height` pixels. */
export function newCanvas(width: number, height: number): Canvas {
  return { width: width * SUBPIXELS, height: height * SUBPIXELS, data: new Uint8Array(width * height * SUBPIXELS * SUBPIXELS * 3) };
}

/** Paints over the canvas, at most `reach` subpixels away from the frame's origin. */
export function draw(canvas: Canvas, frame: Frame, paint: Paint, reach: number = canvas.width + canvas.height): void {
  const { x0, y0, a, b, norm } = frame;
  const { data, width } = canvas;
  const left = Math.max(0, x0 - reach);
  const right = Math.min(width, x0 + reach + 1);
  const bottom = Math.min(canvas.height, y0 + reach + 1);
  for (let y = Math.max(0, y0 - reach); y < bottom; y++) {
    let u = a * (left - x0) + b * (y - y0);
    let v = a * (y - y0) - b * (left - x0);
    let i = (y * width + left) * 3;
    for (let x = left; x < right; x++, i += 3, u += a, v -= b) {
      const colour = paint(Math.floor(u / norm), Math.floor(v / norm));
      if (colour < 0) continue;
      data[i] = colour >> 16;
      data[i + 1] = (colour >> 8) & 255;
      data[i + 2] = colour & 255;
    }
  }
}

/** The image that a sensor sees: the mean of each pixel's subpixels, rounded half up. */
export function expose(canvas: Canvas): Image {
  const width = canvas.width / SUBPIXELS;
  const height = canvas.height / SUBPIXELS;
  const stride = canvas.width * 3;
  const area = SUBPIXELS * SUBPIXELS;
  const data = new Uint8Array(width * height * 3);
  for (let o = 0; o < data.length; o++) {
    const pixel = Math.floor(o / 3);
    const start = Math.floor(pixel / width) * SUBPIXELS * stride + (pixel % width) * SUBPIXELS * 3 + (o % 3);
    let sum = area / 2;
    for (let row = 0; row < SUBPIXELS; row++) {
      for (let column = 0; column < SUBPIXELS; column++) sum += canvas.data[start + row * stride + column * 3] as number;
    }
    data[o] = Math.floor(sum / area);
  }
  return { width, height, channels: 3, data };
}
