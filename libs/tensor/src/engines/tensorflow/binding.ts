import type { KernelBackend, Tensor } from '@tensorflow/tfjs-core';

/** What is used here of the addon. The numbers are TensorFlow's own for kinds of attributes and of elements. */
export interface Binding {
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_TYPE: number;
  isUsingGpuDevice(): boolean;
}

export interface OperationAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | string | boolean | readonly number[];
}

/** tfjs' backend on the addon. */
export interface TensorflowBackend extends KernelBackend {
  readonly binding: Binding;
  executeSingleOutput(operation: string, attributes: readonly OperationAttribute[], inputs: readonly Tensor[]): Tensor;
}
