import type { Builder } from '../graph/builder';
import type { Value } from '../graph/value';

/** One call of a tfjs kernel during a recording. */
export interface KernelCall {
  readonly builder: Builder;
  /** Tensors by the name tfjs gives them; by index where the kernel takes a list. */
  readonly inputs: Readonly<Record<string, Value>>;
  readonly attrs: Readonly<Record<string, unknown>>;
}

/** What a tfjs kernel computes, as graph operations. */
export type KernelRecorder = (call: KernelCall) => Value | Value[];
export type KernelRecorders = Readonly<Record<string, KernelRecorder>>;

/** The input called `name`. Throws if tfjs did not pass one. */
export function input({ inputs }: KernelCall, name: string): Value {
  const value = inputs[name];
  if (!value) throw new Error(`kernel called without its input '${name}'`);
  return value;
}

/** All inputs of a kernel that takes a list. */
export function inputList({ inputs }: KernelCall): Value[] {
  return Object.keys(inputs)
    .sort((a, b) => Number(a) - Number(b))
    .map((key) => inputs[key] as Value);
}
