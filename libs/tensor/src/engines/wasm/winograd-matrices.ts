/**
 * Winograd's F(2x2, 3x3) (Lavin and Gray 2016, arXiv:1509.09308, section 4.1): a 2x2 tile of the correlation of a 4x4 tile d with a 3x3
 * kernel g is AT [(G g transpose(G)) * (BT d transpose(BT))] A: 16 products instead of 36.
 *
 * The products are linear in g, so with z the gradient of the 2x2 tile, that of the kernel is the transposed map,
 * GT [(A z AT) * (BT d transpose(BT))] G, summed over tiles.
 */
export type Matrix = readonly (readonly number[])[];

const transposed = (m: Matrix): Matrix => (m[0] as readonly number[]).map((_, j) => m.map((row) => row[j] as number));

export const BT: Matrix = [
  [1, 0, -1, 0],
  [0, 1, 1, 0],
  [0, -1, 1, 0],
  [0, 1, 0, -1],
];

export const G: Matrix = [
  [1, 0, 0],
  [0.5, 0.5, 0.5],
  [0.5, -0.5, 0.5],
  [0, 0, 1],
];

export const AT: Matrix = [
  [1, 1, 1, 0],
  [0, 1, -1, -1],
];

export const A = transposed(AT);
export const GT = transposed(G);
