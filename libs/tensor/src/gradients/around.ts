/**
 * Zeros before and after `size` elements along one axis, so that windows of `reach` elements, one element apart, fit `inSize` times; `before`: the padding
 * of the forward pass. Negative where elements are to be cut off.
 */
export function around(reach: number, before: number, inSize: number, size: number): [number, number] {
  const front = reach - 1 - before;
  return [front, inSize + reach - 1 - size - front];
}
