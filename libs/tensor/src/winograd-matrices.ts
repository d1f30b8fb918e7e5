/**
 * Winograd's F(m x m, 3 x 3) (Lavin and Gray 2016, arXiv:1509.09308, section 4): an m x m tile of the correlation of an (m + 2) x (m + 2) tile d
 * with a 3x3 kernel g is AT [(G g transpose(G)) * (BT d transpose(BT))] A: (m + 2)^2 products instead of 9 m^2.
 *
 * The products are linear in g and in d, so gradients are the transposed maps: with z the gradient of the tile, that of the kernel is
 * GT [(A z AT) * (BT d transpose(BT))] G, summed over tiles, and that of d is B [(G g transpose(G)) * (A z AT)] BT.
 */
export interface WinogradMatrices {
  readonly BT: Matrix;
  readonly G: Matrix;
  readonly AT: Matrix;
}
export type Matrix = readonly (readonly number[])[];

/** By the side of a tile. Interpolation points 0, 1, -1 and infinity for 2; 2 and -2 in addition for 4. */
export const WINOGRAD: Readonly<Record<2 | 4, WinogradMatrices>> = {
  2: {
    BT: [
      [1, 0, -1, 0],
      [0, 1, 1, 0],
      [0, -1, 1, 0],
      [0, 1, 0, -1],
    ],
    G: [
      [1, 0, 0],
      [0.5, 0.5, 0.5],
      [0.5, -0.5, 0.5],
      [0, 0, 1],
    ],
    AT: [
      [1, 1, 1, 0],
      [0, 1, -1, -1],
    ],
  },
  4: {
    BT: [
      [4, 0, -5, 0, 1, 0],
      [0, -4, -4, 1, 1, 0],
      [0, 4, -4, -1, 1, 0],
      [0, -2, -1, 2, 1, 0],
      [0, 2, -1, -2, 1, 0],
      [0, 4, 0, -5, 0, 1],
    ],
    G: [
      [1 / 4, 0, 0],
      [-1 / 6, -1 / 6, -1 / 6],
      [-1 / 6, 1 / 6, -1 / 6],
      [1 / 24, 1 / 12, 1 / 6],
      [1 / 24, -1 / 12, 1 / 6],
      [0, 0, 1],
    ],
    AT: [
      [1, 1, 1, 1, 1, 0],
      [0, 1, -1, 2, -2, 0],
      [0, 1, 1, 4, 4, 0],
      [0, 1, -1, 8, -8, 1],
    ],
  },
};

export function transposed(m: Matrix): Matrix {
  return (m[0] as readonly number[]).map((_, j) => m.map((row) => row[j] as number));
}
