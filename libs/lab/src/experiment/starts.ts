/** Something for each of the runs that a recipe starts from, by the same names. */
export function mapStarts<A, B>(starts: Readonly<Record<string, A>>, make: (start: A, name: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(starts).map(([name, start]) => [name, make(start, name)]));
}
