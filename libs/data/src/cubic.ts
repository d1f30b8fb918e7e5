/**
 * Keys' cubic convolution kernel: (a+2)|x|^3 - (a+3)x^2 + 1 for |x| <= 1, a|x|^3 - 5a x^2 + 8a|x| - 4a for 1 < |x| < 2, else 0.
 * a = -0.5 in MATLAB and Pillow, -0.75 in PyTorch and OpenCV. (Keys, IEEE TASSP 1981, eq. 15.)
 */
export function cubic(x: number, a: number): number {
  const d = Math.abs(x);
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  if (d < 2) return a * (((d - 5) * d + 8) * d - 4);
  return 0;
}
