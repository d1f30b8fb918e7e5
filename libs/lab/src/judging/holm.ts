/**
 * Holm's (1979) adjusted p values of a family of comparisons, in the given order: with the p values sorted, p(i) becomes the largest (m - j + 1) p(j) of all j <= i,
 * at most 1. A comparison whose adjusted value is below 0.05 survives: the chance that any of them is a false alarm is at most 5 %.
 */
export function holm(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number));
  const adjusted = new Array<number>(values.length);
  let largest = 0;
  order.forEach((i, rank) => {
    largest = Math.min(1, Math.max(largest, (values.length - rank) * (values[i] as number)));
    adjusted[i] = largest;
  });
  return adjusted;
}
