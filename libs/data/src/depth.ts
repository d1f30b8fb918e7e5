/** Values of 8 bits, 0..255, or of 16, 0..65535. */
export type Values = Uint8Array | Uint16Array;

/** The largest value that the type holds: 255 or 65535. White. */
export function peak(values: Values): number {
  return isWide(values) ? 65_535 : 255;
}

/** Whether values have 16 bits. */
export function isWide(values: Values): values is Uint16Array {
  return values instanceof Uint16Array;
}

/** Zeros of the same type. */
export function emptyLike<V extends Values>(values: V, length: number): V {
  return (isWide(values) ? new Uint16Array(length) : new Uint8Array(length)) as V;
}

/** A number as such a value: rounded half up, clipped to 0..`white`. */
export function quantised(value: number, white: number): number {
  return Math.min(Math.max(Math.floor(value + 0.5), 0), white);
}
