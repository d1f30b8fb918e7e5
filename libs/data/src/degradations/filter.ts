import type { FloatImage } from './float-image';
import type { Kernel } from './kernel';

/**
 * Correlation y[p] = sum_k w[k] x[p + k] with a kernel, channel by channel. Beyond the border the image is mirrored
 * without repeating the edge pixel (2 1 0 1 2), again and again where the kernel reaches further than the image.
 */
export function filter(image: FloatImage, kernel: Kernel): FloatImage {
  const { width, height, data } = image;
  const { weights } = kernel;
  const rows = mirrored(height, (kernel.height - 1) / 2);
  const columns = mirrored(width, (kernel.width - 1) / 2);
  const out = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let [r, g, b] = [0, 0, 0];
      for (let ky = 0; ky < kernel.height; ky++) {
        const row = (rows[y + ky] as number) * width;
        for (let kx = 0; kx < kernel.width; kx++) {
          const weight = weights[ky * kernel.width + kx] as number;
          const i = (row + (columns[x + kx] as number)) * 3;
          r += weight * (data[i] as number);
          g += weight * (data[i + 1] as number);
          b += weight * (data[i + 2] as number);
        }
      }
      const o = (y * width + x) * 3;
      out[o] = r;
      out[o + 1] = g;
      out[o + 2] = b;
    }
  }
  return { width, height, data: out };
}

/** Pixel that stands at position i - radius of an axis of n pixels, for i = 0 .. n + 2 radius - 1. */
function mirrored(n: number, radius: number): Int32Array {
  const period = Math.max(1, 2 * (n - 1));
  return Int32Array.from({ length: n + 2 * radius }, (_, i) => {
    const m = (((i - radius) % period) + period) % period;
    return m < n ? m : period - m;
  });
}
