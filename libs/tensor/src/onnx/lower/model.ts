import type { Data, ElementType } from '../../compile/graph/value';

export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

/** A node of an ONNX graph. Integers are attributes of type INT, floats are wrapped. */
export interface OnnxNode {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attrs: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxInitializer {
  readonly name: string;
  readonly type: ElementType | 'int64';
  readonly shape: readonly number[];
  readonly data: Data | BigInt64Array;
  /** To be given at every run, so that onnxruntime does not know it when it plans a run. */
  readonly fed?: true;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxInitializer['type'];
  readonly shape: readonly number[];
}

/** An output; null where its shape is left to onnxruntime to find. */
export type OnnxOutput = Omit<OnnxValue, 'shape'> & { readonly shape: readonly number[] | null };

export interface OnnxGraph<Output extends OnnxOutput = OnnxValue> {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly Output[];
}

/** onnxruntime's own operations on blocked images. */
export const BLOCKED_DOMAIN = 'com.microsoft.nchwc';

/** onnxruntime's other operations beyond the standard. */
export const FUSED_DOMAIN = 'com.microsoft';
