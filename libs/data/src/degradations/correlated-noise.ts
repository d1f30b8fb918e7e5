import type { Rng } from '@distillery/tensor';
import { mapValues, type FloatImage } from './float-image';

type Vector = readonly [number, number, number];
/** Rows. */
export type Matrix = readonly [Vector, Vector, Vector];

/**
 * Draws BSRGAN's covariance |U^T D U|, element by element: D diagonal with entries U(0, 1), U orthonormal, made of nine more uniforms by Gram-Schmidt.
 * BSRGAN itself takes U from a singular value decomposition (scipy.linalg.orth): its orientations are distributed slightly differently.
 * Draws the three entries, then the nine, row by row.
 */
export function drawCovariance(rng: Rng): Matrix {
  const vector = (): Vector => [rng.uniform(), rng.uniform(), rng.uniform()];
  const strengths = vector();
  const basis = orthonormal([vector(), vector(), vector()]);
  const entry = (i: number, j: number): number =>
    Math.abs(basis.reduce((sum, row, k) => sum + (row[i] as number) * (strengths[k] as number) * (row[j] as number), 0));
  return matrixOf(entry);
}

/**
 * x + sigma n, n normal with the covariance over channels, not clipped. What is drawn with is its symmetric square root, negative eigenvalues counted by
 * their size: taking absolute values can leave the matrix without being a covariance. Draws three normals per pixel in reading order.
 */
export function addCorrelatedNoise(image: FloatImage, sigma: number, covariance: Matrix, rng: Rng): FloatImage {
  const root = symmetricRoot(covariance);
  const noise = new Float64Array(image.data.length);
  for (let i = 0; i < noise.length; i += 3) {
    const normals = [rng.normal(), rng.normal(), rng.normal()] as const;
    root.forEach((row, c) => (noise[i + c] = row[0] * normals[0] + row[1] * normals[1] + row[2] * normals[2]));
  }
  return mapValues(image, (value, i) => value + sigma * (noise[i] as number));
}

/** V sqrt|L| V^T of a symmetric matrix V L V^T. */
export function symmetricRoot(matrix: Matrix): Matrix {
  const { values, vectors } = eigen(matrix);
  return matrixOf((i, j) =>
    values.reduce((sum, value, k) => sum + (vectors[k]?.[i] as number) * Math.sqrt(Math.abs(value)) * (vectors[k]?.[j] as number), 0),
  );
}

/** Eigenvalues and unit eigenvectors of a symmetric matrix by Jacobi's rotations. */
function eigen(matrix: Matrix): { values: number[]; vectors: number[][] } {
  const a = matrix.map((row) => [...row]);
  const vectors = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  const at = (i: number, j: number): number => a[i]?.[j] as number;
  // Each sweep squares the size of what is off the diagonal, roughly: ten are far more than it takes.
  for (let sweep = 0; sweep < 10; sweep++) {
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      if (at(p, q) === 0) continue;
      const theta = (at(q, q) - at(p, p)) / (2 * at(p, q));
      const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
      const cos = 1 / Math.hypot(t, 1);
      const sin = t * cos;
      const rotate = (x: number[], y: number[]): void =>
        x.forEach((value, i) => {
          const other = y[i] as number;
          x[i] = cos * value - sin * other;
          y[i] = sin * value + cos * other;
        });
      rotate(a[p] as number[], a[q] as number[]);
      for (const row of a) {
        const [x, y] = [row[p] as number, row[q] as number];
        row[p] = cos * x - sin * y;
        row[q] = sin * x + cos * y;
      }
      rotate(vectors[p] as number[], vectors[q] as number[]);
    }
  }
  return { values: [0, 1, 2].map((i) => at(i, i)), vectors };
}

/** Orthonormal rows spanning the same space, by Gram-Schmidt. */
function orthonormal(rows: Matrix): Matrix {
  const done: Vector[] = [];
  for (const row of rows) {
    const rest = done.reduce<Vector>((left, unit) => minus(left, unit, dot(row, unit)), row);
    const length = Math.sqrt(dot(rest, rest));
    done.push([rest[0] / length, rest[1] / length, rest[2] / length]);
  }
  return done as unknown as Matrix;
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function minus(a: Vector, b: Vector, factor: number): Vector {
  return [a[0] - factor * b[0], a[1] - factor * b[1], a[2] - factor * b[2]];
}

function matrixOf(entry: (i: number, j: number) => number): Matrix {
  const row = (i: number): Vector => [entry(i, 0), entry(i, 1), entry(i, 2)];
  return [row(0), row(1), row(2)];
}
