import type { EngineName } from '@distillery/tensor';

/** What of an operation an engine can lack. */
export const PARTS = ['value', 'gradient', 'second derivative'] as const;
export type Part = (typeof PARTS)[number];

/** Engines that run operations one by one; the others compile what they are given. */
const UNCOMPILED: readonly EngineName[] = ['wasm', 'tensorflow'];

export function compiles(engine: EngineName): boolean {
  return !UNCOMPILED.includes(engine);
}

interface Gap {
  readonly operations: readonly string[];
  /** The first part that is missing; what builds on it is missing too. */
  readonly from: Part;
  readonly on: 'every engine' | 'engines that compile';
  readonly reason: string;
}

const NOT_RECORDED = 'the recorder does not know it, because no model or method here uses it';

/** What the engines do not offer. A test fails where something is missing or wrong that does not stand here, and where something stands here that is right. */
export const GAPS: readonly Gap[] = [
  {
    operations: ['acos', 'acosh', 'asin', 'asinh', 'atan', 'atan2', 'atanh', 'batchNorm', 'batchToSpaceND', 'cosh', 'cumprod', 'diag', 'gatherND', 'mod', 'oneHot', 'scatterND', 'selu', 'sinh', 'spaceToBatchND', 'tan', 'topk', 'whereFinite'], // prettier-ignore
    from: 'value',
    on: 'engines that compile',
    reason: NOT_RECORDED,
  },
  {
    operations: ['prod'],
    from: 'gradient',
    on: 'engines that compile',
    reason: "tfjs' gradient takes the cumulative product, which the recorder does not know",
  },
  { operations: ['cumprod', 'diag', 'gatherND', 'scatterND', 'topk'], from: 'gradient', on: 'every engine', reason: 'tfjs has none' },
  { operations: ['maxPool'], from: 'second derivative', on: 'every engine', reason: 'tfjs has no gradient of the gradient' },
  { operations: ['prod'], from: 'second derivative', on: 'every engine', reason: 'tfjs has no gradient of the cumulative product' },
  {
    operations: ['logSoftmax'],
    from: 'second derivative',
    on: 'every engine',
    reason: "tfjs' own gradient cannot be replaced and is wrong when differentiated: take the logarithm of the softmax",
  },
];

/** Why an engine lacks a part of an operation; null if it does not. */
export function gapOf(engine: EngineName, operation: string, part: Part): string | null {
  const gap = GAPS.find(
    ({ operations, from, on }) =>
      operations.includes(operation) && PARTS.indexOf(part) >= PARTS.indexOf(from) && (on === 'every engine' || compiles(engine)),
  );
  return gap?.reason ?? null;
}

/** Largest error allowed, relative to the largest magnitude in the array compared. */
export const TOLERANCE = 1e-5;

/** What WGSL guarantees of these between -pi and pi, and no more. */
const WGSL: Readonly<Record<string, number>> = { sin: 2 ** -11, cos: 2 ** -11 };

/** Whether an engine has infinities and NaN: WGSL lets an implementation assume that there are none. */
export function hasInfinities(engine: EngineName): boolean {
  return engine !== 'onnx:webgpu';
}

export function toleranceOf(engine: EngineName, operation: string): number {
  return (engine === 'onnx:webgpu' ? WGSL[operation] : undefined) ?? TOLERANCE;
}
