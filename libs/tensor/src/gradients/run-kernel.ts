import { engine, type NamedAttrMap, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';

/** Runs a kernel for which tfjs-core exports no operation, recording it for backpropagation like one. */
export function runKernel<T extends Tensor>(kernelName: string, inputs: Record<string, Tensor>, attrs: object): T {
  return engine().runKernel(kernelName, inputs as NamedTensorMap, attrs as NamedAttrMap) as T;
}
