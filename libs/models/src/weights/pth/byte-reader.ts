/** Reads a pickle's arguments one after the other, little-endian except floats. */
export interface ByteReader {
  position(): number;
  uint8(): number;
  uint16(): number;
  uint32(): number;
  uint64(): bigint;
  int32(): number;
  float64(): number;
  /** A two's complement integer of so many bytes; a bigint where a number would not be exact. */
  integer(bytes: number): number | bigint;
  utf8(bytes: number): string;
  latin1(bytes: number): string;
  /** Text up to the next newline, which is consumed. */
  line(): string;
}

/** A reader of `bytes`; calls `ended` when they end too early. */
export function byteReader(bytes: Uint8Array, ended: () => never): ByteReader {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (count: number): number => {
    if (count > view.length - at) ended();
    at += count;
    return at - count;
  };
  const text = (encoding: 'utf8' | 'latin1') => (count: number) => view.toString(encoding, take(count), at);
  return {
    position: () => at,
    uint8: () => view.readUInt8(take(1)),
    uint16: () => view.readUInt16LE(take(2)),
    uint32: () => view.readUInt32LE(take(4)),
    uint64: () => view.readBigUInt64LE(take(8)),
    int32: () => view.readInt32LE(take(4)),
    float64: () => view.readDoubleBE(take(8)),
    integer: (count) => {
      const hex = Buffer.from(view.subarray(take(count), at))
        .reverse()
        .toString('hex');
      const value = BigInt.asIntN(8 * count, BigInt(`0x${hex || '0'}`));
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    },
    utf8: text('utf8'),
    latin1: text('latin1'),
    line: () => {
      const newline = view.indexOf(0x0a, at);
      if (newline < 0) ended();
      const begin = take(newline + 1 - at);
      return view.toString('utf8', begin, newline);
    },
  };
}
