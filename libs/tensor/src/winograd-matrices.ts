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

/**
 * By the side m of a tile. The usual points for m = 4, 1, -1, 2 and -2 beside 0, lose twice as much of float32 (root mean square over values and both
 * gradients, 64 channels); of pairs of fractions these are the best.
 */
export const WINOGRAD: Readonly<Record<2 | 4, WinogradMatrices>> = {
  2: toomCook([0, 1, -1]),
  4: toomCook([0, 5 / 8, -5 / 8, 3 / 2, -3 / 2]),
};

/**
 * The matrices for m + 1 finite points of interpolation and infinity (Toom and Cook's construction, transposed). With M the polynomial whose roots are the points
 * a, and Ma that without a: AT holds the powers of a, G those divided by Ma(a), BT the coefficients of Ma, and for infinity those of M.
 */
function toomCook(points: readonly number[]): WinogradMatrices {
  const m = points.length - 1;
  const powers = (a: number, count: number): number[] => Array.from({ length: count }, (_, k) => a ** k);
  const others = points.map((a) => points.filter((b) => b !== a));
  const values = points.map((a, i) => (others[i] as number[]).reduce((product, b) => product * (a - b), 1));
  return {
    BT: [...others.map((roots) => [...coefficients(roots), 0]), coefficients(points)],
    G: [...points.map((a, i) => powers(a, 3).map((power) => power / (values[i] as number))), [0, 0, 1]],
    AT: transposed([...points.map((a) => powers(a, m)), powers(0, m).reverse()]),
  };
}

/** Of the monic polynomial with these roots, the constant first. */
function coefficients(roots: readonly number[]): number[] {
  return roots.reduce<number[]>((polynomial, root) => [0, ...polynomial].map((shifted, k) => shifted - root * (polynomial[k] ?? 0)), [1]);
}

export function transposed(m: Matrix): Matrix {
  return (m[0] as readonly number[]).map((_, j) => m.map((row) => row[j] as number));
}
