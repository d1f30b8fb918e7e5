import { sizeOf, type Data, type ElementType } from '../../compile/graph/value';

/** Of a value in a program: those of a recorded step, and what convolutions may multiply in. */
export type HloType = ElementType | 'bfloat16';

const TYPES: Readonly<Record<HloType, string>> = { float32: 'f32', int32: 'i32', bool: 'i1', bfloat16: 'bf16' };

/** `tensor<2x3xf32>` */
export function typeText(type: HloType, shape: readonly number[]): string {
  return `tensor<${[...shape, TYPES[type]].join('x')}>`;
}

/** The contents of an MLIR `dense<...>`, to the bit. */
export function constantText(data: Data, type: ElementType, shape: readonly number[]): string {
  const [first] = data as unknown as [number];
  if (data.every((value) => Object.is(value, first))) return numberText(first, type);
  if (type === 'bool') return nested(data, shape, 0, (value) => numberText(value, type));
  // In one string: every element's bytes, the least significant first.
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return `"0x${bytes.toString('hex').toUpperCase()}"`;
}

function numberText(value: number, type: ElementType): string {
  if (type === 'bool') return value ? 'true' : 'false';
  if (type === 'int32') return String(value);
  const [bits] = new Uint32Array(Float32Array.of(value).buffer) as unknown as [number];
  return `0x${bits.toString(16).toUpperCase().padStart(8, '0')}`;
}

function nested(data: Data, shape: readonly number[], from: number, write: (value: number) => string): string {
  if (shape.length === 0) return write(data[from] as number);
  const [length, ...rest] = shape as [number, ...number[]];
  const step = sizeOf(rest);
  return `[${Array.from({ length }, (_, i) => nested(data, rest, from + i * step, write)).join(', ')}]`;
}
