import { clip, halfToEven, type FloatImage } from './float-image';

/** Quantisation tables of the JPEG standard (ITU-T T.81, annex K), row by row. */
const LUMA_TABLE = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62, 18, 22,
  37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const CHROMA_TABLE = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

const BLOCK = 8;

/** `DCT[u * 8 + x]` = c_u cos((2x + 1) u pi / 16) / 2, c_0 = 1 / sqrt 2: orthonormal. */
const DCT = Float64Array.from({ length: BLOCK * BLOCK }, (_, i) => {
  const [u, x] = [Math.floor(i / BLOCK), i % BLOCK];
  return ((u === 0 ? Math.SQRT1_2 : 1) * Math.cos(((2 * x + 1) * u * Math.PI) / 16)) / 2;
});

/**
 * JPEG's losses without its file: clip, YCbCr (BT.601, full range), chroma averaged over 2x2, 8x8 DCT, coefficients rounded to multiples of the table
 * times the quality's factor, and back, chroma repeated, clipped; nothing else is rounded. Quality 1..100, not necessarily whole: factor 50 / q below
 * 50, 2 - q / 50 from there. Where the sides are no multiples of 16, edge pixels are repeated. As DiffJPEG, which Real-ESRGAN runs, but for the edge
 * (zeros there) and the luma table, which DiffJPEG holds transposed.
 */
export function jpeg(image: FloatImage, quality: number): FloatImage {
  const { width, height, data } = clip(image);
  const factor = quality < 50 ? 50 / quality : 2 - quality / 50;
  const [w, h] = [ceilTo(width, 2 * BLOCK), ceilTo(height, 2 * BLOCK)];
  const [y, cb, cr] = [0, 1, 2].map(() => new Float64Array(w * h)) as [Float64Array, Float64Array, Float64Array];
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) {
      const i = (Math.min(row, height - 1) * width + Math.min(column, width - 1)) * 3;
      const [r, g, b] = [data[i], data[i + 1], data[i + 2]].map((value) => 255 * (value as number)) as [number, number, number];
      const o = row * w + column;
      y[o] = 0.299 * r + 0.587 * g + 0.114 * b - 128;
      cb[o] = -0.168736 * r - 0.331264 * g + 0.5 * b;
      cr[o] = 0.5 * r - 0.418688 * g - 0.081312 * b;
    }
  }
  quantise(y, w, h, LUMA_TABLE, factor);
  const [blue, red] = [cb, cr].map((plane) => {
    const half = halved(plane, w, h);
    quantise(half, w / 2, h / 2, CHROMA_TABLE, factor);
    return half;
  }) as [Float64Array, Float64Array];
  const out = new Float32Array(data.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const luma = (y[row * w + column] as number) + 128;
      const half = (row >> 1) * (w / 2) + (column >> 1);
      const [u, v] = [blue[half] as number, red[half] as number];
      const rgb = [luma + 1.402 * v, luma - 0.344136 * u - 0.714136 * v, luma + 1.772 * u];
      rgb.forEach((value, c) => (out[(row * width + column) * 3 + c] = Math.min(Math.max(value, 0), 255) / 255));
    }
  }
  return { width, height, data: out };
}

function ceilTo(n: number, multiple: number): number {
  return Math.ceil(n / multiple) * multiple;
}

/** Mean of each 2x2 square. */
function halved(plane: Float64Array, width: number, height: number): Float64Array {
  const half = new Float64Array((width * height) / 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const o = (y >> 1) * (width / 2) + (x >> 1);
      half[o] = (half[o] as number) + (plane[y * width + x] as number) / 4;
    }
  }
  return half;
}

/** Every 8x8 block through the DCT, onto the table's grid, and back; in place. */
function quantise(plane: Float64Array, width: number, height: number, table: readonly number[], factor: number): void {
  const block = new Float64Array(BLOCK * BLOCK);
  for (let top = 0; top < height; top += BLOCK) {
    for (let left = 0; left < width; left += BLOCK) {
      const at = (i: number): number => (top + (i >> 3)) * width + left + (i & 7);
      for (let i = 0; i < block.length; i++) block[i] = plane[at(i)] as number;
      const spectrum = transform(block, false).map((value, i) => {
        const grid = (table[i] as number) * factor;
        // Quality 100 has a grid of zero width: nothing is lost.
        return grid === 0 ? value : halfToEven(value / grid) * grid;
      });
      transform(spectrum, true).forEach((value, i) => (plane[at(i)] = value));
    }
  }
}

/** D X D^T, or its inverse D^T X D. */
function transform(block: Float64Array, inverse: boolean): Float64Array {
  const weight = (u: number, x: number): number => DCT[inverse ? x * BLOCK + u : u * BLOCK + x] as number;
  const half = new Float64Array(block.length);
  const out = new Float64Array(block.length);
  for (let u = 0; u < BLOCK; u++) {
    for (let x = 0; x < BLOCK; x++) {
      let sum = 0;
      for (let y = 0; y < BLOCK; y++) sum += weight(u, y) * (block[y * BLOCK + x] as number);
      half[u * BLOCK + x] = sum;
    }
  }
  for (let u = 0; u < BLOCK; u++) {
    for (let v = 0; v < BLOCK; v++) {
      let sum = 0;
      for (let x = 0; x < BLOCK; x++) sum += weight(v, x) * (half[u * BLOCK + x] as number);
      out[u * BLOCK + v] = sum;
    }
  }
  return out;
}
