import type { FloatImage } from './float-image';
import type { Kernel } from './kernel';

/**
 * Correlation y[p] = sum_k w[k] x[p + k] with a kernel, channel by channel. Beyond the border the image is mirrored
 * without repeating the edge pixel (2 1 0 1 2), again and again where the kernel reaches further than the image.
 */
export function filter(image: FloatImage, kernel: Kernel): FloatImage {
  const { width, height } = image;
  const columns = mirrored(width, (kernel.width - 1) / 2);
  const padded = mirroredAround(image, mirrored(height, (kernel.height - 1) / 2), columns);
  const line = 3 * columns.length;
  // Kernels are drawn small and padded with zeros to one size.
  const used = Int32Array.from(kernel.weights.keys()).filter((k) => kernel.weights[k] !== 0);
  const weights = Float64Array.from(used, (k) => kernel.weights[k] as number);
  const steps = used.map((k) => Math.floor(k / kernel.width) * line + 3 * (k % kernel.width));
  const data = new Float32Array(3 * width * height);
  let o = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = y * line + 3 * x;
      let [r, g, b] = [0, 0, 0];
      for (let k = 0; k < steps.length; k++) {
        const weight = weights[k] as number;
        const i = from + (steps[k] as number);
        r += weight * (padded[i] as number);
        g += weight * (padded[i + 1] as number);
        b += weight * (padded[i + 2] as number);
      }
      data[o++] = r;
      data[o++] = g;
      data[o++] = b;
    }
  }
  return { width, height, data };
}

/** The image with its mirrored surroundings: the pixels in these rows and columns of it. */
function mirroredAround({ width, data }: FloatImage, rows: Int32Array, columns: Int32Array): Float32Array {
  const padded = new Float32Array(3 * rows.length * columns.length);
  let o = 0;
  for (const row of rows) {
    for (const column of columns) {
      const i = 3 * (row * width + column);
      padded[o++] = data[i] as number;
      padded[o++] = data[i + 1] as number;
      padded[o++] = data[i + 2] as number;
    }
  }
  return padded;
}

/** Pixel that stands at position i - radius of an axis of n pixels, for i = 0 .. n + 2 radius - 1. */
function mirrored(n: number, radius: number): Int32Array {
  const period = Math.max(1, 2 * (n - 1));
  return Int32Array.from({ length: n + 2 * radius }, (_, i) => {
    const m = (((i - radius) % period) + period) % period;
    return m < n ? m : period - m;
  });
}
