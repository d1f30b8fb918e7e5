/** Element types of a safetensors file that become float32: bytes per element, and how one is read from little-endian bytes. */
const DECODERS = {
  F64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  F16: { bytes: 2, read: (view, at) => float16(view.getUint16(at, true)) },
  BF16: { bytes: 2, read: (view, at) => bfloat16(view.getUint16(at, true)) },
  I64: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  I32: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  I16: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  I8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  U8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  BOOL: { bytes: 1, read: (view, at) => view.getUint8(at) },
} as const satisfies Record<string, { bytes: number; read: (view: DataView, at: number) => number }>;

/** Element types that can be read, as safetensors names them. */
export type Dtype = keyof typeof DECODERS;
export const DTYPES = Object.keys(DECODERS) as readonly Dtype[];

export function bytesPerElement(dtype: Dtype): number {
  return DECODERS[dtype].bytes;
}

/** Little-endian elements as float32. F64 is rounded; integers are exact up to 2^24. `bytes` holds a whole number of elements. */
export function decode(dtype: Dtype, bytes: Uint8Array): Float32Array {
  const { bytes: width, read } = DECODERS[dtype];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(bytes.byteLength / width);
  for (let i = 0; i < values.length; i++) values[i] = read(view, i * width);
  return values;
}

/** IEEE 754 binary16: sign, 5 bits of exponent (bias 15), 10 of fraction; exponent 0 is subnormal, 31 is infinity or NaN. */
export function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const scratch = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a float32. */
export function bfloat16(bits: number): number {
  scratch.setUint32(0, bits * 0x10000);
  return scratch.getFloat32(0);
}
