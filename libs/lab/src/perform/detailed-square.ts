import { luma, type Image } from '@distillery/data';

/** A square in an image, pixels from the top left corner. */
export interface Square {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/**
 * The square of about `side` pixels with most detail: the largest sum of |dY/dx| + |dY/dy| (forward differences of luma). Position and
 * side are multiples of `multiple`, so that the square is whole LR pixels; smaller images give a smaller square.
 */
export function detailedSquare(image: Image, side: number, multiple: number): Square {
  const fitting = Math.min(side, image.width, image.height);
  const size = Math.max(multiple, fitting - (fitting % multiple));
  const sums = integral(gradients(image), image.width, image.height);
  const stride = image.width + 1;
  let best: Square = { x: 0, y: 0, side: size };
  let most = -1;
  for (let y = 0; y + size <= image.height; y += multiple) {
    for (let x = 0; x + size <= image.width; x += multiple) {
      const corner = (row: number, column: number): number => sums[row * stride + column] as number;
      const sum = corner(y + size, x + size) - corner(y, x + size) - corner(y + size, x) + corner(y, x);
      if (sum > most) {
        most = sum;
        best = { x, y, side: size };
      }
    }
  }
  return best;
}

function gradients(image: Image): Float64Array {
  const y = luma(image);
  const { width, height } = image;
  return y.map((value, i) => {
    const right = i % width < width - 1 ? (y[i + 1] as number) : value;
    const below = i < width * (height - 1) ? (y[i + width] as number) : value;
    return Math.abs(right - value) + Math.abs(below - value);
  });
}

/** Sums over all rectangles from the top left corner: `[height + 1, width + 1]`, first row and column zero. */
function integral(values: Float64Array, width: number, height: number): Float64Array {
  const stride = width + 1;
  const sums = new Float64Array(stride * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += values[y * width + x] as number;
      sums[(y + 1) * stride + x + 1] = (sums[y * stride + x + 1] as number) + row;
    }
  }
  return sums;
}
