import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { memory, tensor4d } from '@tensorflow/tfjs-core';
import { bicubicUpsampleTensor } from '@distillery/data';
import { seedRng, useEngine, UserError } from '@distillery/tensor';

function upsample(values: number[], shape: [number, number, number, number], scale: number, a?: number): number[] {
  const x = tensor4d(values, shape);
  const y = bicubicUpsampleTensor(x, scale, a);
  const result = [...y.dataSync()];
  expect(y.shape).toEqual([shape[0], shape[1] * scale, shape[2] * scale, shape[3]]);
  x.dispose();
  y.dispose();
  return result;
}

/** Float64, one output at a time, straight from the definition of cubic convolution. */
function reference(values: number[], [n, h, w, c]: [number, number, number, number], scale: number, a: number): number[] {
  const kernel = (x: number): number => {
    const d = Math.abs(x);
    if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
    return d < 2 ? a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a : 0;
  };
  const clamp = (i: number, size: number): number => Math.min(Math.max(i, 0), size - 1);
  const out: number[] = [];
  for (let b = 0; b < n; b++) {
    for (let y = 0; y < h * scale; y++) {
      for (let x = 0; x < w * scale; x++) {
        for (let k = 0; k < c; k++) {
          const [cy, cx] = [(y + 0.5) / scale - 0.5, (x + 0.5) / scale - 0.5];
          let sum = 0;
          for (let i = Math.ceil(cy - 2); i <= Math.floor(cy + 2); i++) {
            for (let j = Math.ceil(cx - 2); j <= Math.floor(cx + 2); j++) {
              const value = values[((b * h + clamp(i, h)) * w + clamp(j, w)) * c + k] as number;
              sum += kernel(cy - i) * kernel(cx - j) * value;
            }
          }
          out.push(sum);
        }
      }
    }
  }
  return out;
}

describe('bicubicUpsampleTensor', () => {
  let before = 0;
  beforeAll(async () => {
    await useEngine('wasm');
    before = memory().numTensors;
  });
  afterEach(() => expect(memory().numTensors).toBe(before));

  // torch 2.13: interpolate(x, scale_factor, mode='bicubic', align_corners=False)
  it.each([
    {
      scale: 2,
      shape: [1, 2, 3, 1],
      values: [0, 1, 4, 9, 2, 7],
      torch: [
        -1.143677, -0.629547, 0.182648, 1.720886, 3.116516, 3.977753, 2.124756, 1.733582, 1.046448, 1.923218, 3.868774, 5.043884, 7.508057,
        5.625793, 2.469177, 2.25647, 5.107788, 6.799866, 10.776489, 7.988922, 3.332977, 2.458801, 5.860046, 7.865997,
      ],
    },
    {
      scale: 3,
      shape: [1, 2, 2, 1],
      values: [0, 1, 9, 2],
      torch: [
        -1.209877, -1.0, -0.40535, 0.294238, 0.888889, 1.098766, -0.111111, 0.0, 0.314815, 0.685185, 1.0, 1.111111, 3.002056, 2.833332,
        2.355279, 1.792867, 1.314814, 1.14609, 6.66461, 6.166666, 4.755828, 3.096023, 1.685185, 1.187242, 9.77778, 9.0, 6.796295, 4.203706,
        2.0, 1.222221, 10.876543, 9.999998, 7.516458, 4.594651, 2.111111, 1.234567,
      ],
    },
  ] as const)('equals PyTorch, x$scale', ({ scale, shape, values, torch }) => {
    const result = upsample([...values], [...shape], scale);
    expect(result.length).toBe(torch.length);
    torch.forEach((value, i) => expect(result[i]).toBeCloseTo(value, 5));
  });

  it.each([
    [2, -0.75],
    [3, -0.75],
    [4, -0.75],
    [2, -0.5],
  ])('equals a float64 loop on a batch of colour images, x%i, a = %f', (scale, a) => {
    const rng = seedRng(7);
    const shape: [number, number, number, number] = [2, 5, 7, 3];
    const values = Array.from({ length: 2 * 5 * 7 * 3 }, () => Math.fround(rng.uniform()));
    const result = upsample(values, shape, scale, a);
    reference(values, shape, scale, a).forEach((value, i) => expect(result[i]).toBeCloseTo(value, 5));
  });

  it('keeps a constant image and a single pixel', () => {
    for (const value of upsample([0.25], [1, 1, 1, 1], 4)) expect(value).toBeCloseTo(0.25, 6);
  });

  it('refuses a scale that is not a positive integer', () => {
    const x = tensor4d([1], [1, 1, 1, 1]);
    expect(() => bicubicUpsampleTensor(x, 1.5)).toThrow(UserError);
    x.dispose();
  });
});
