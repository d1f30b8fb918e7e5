export * from './adam';
export * from './compile';
export * from './engine';
export { removeOnnxCuda, setupOnnxCuda, type OnnxCudaSetup } from './engines/onnx/setup';
export type { TensorflowBuild } from './engines/tensorflow/addon';
export { removeTensorflow, setupTensorflow, type TensorflowSetup } from './engines/tensorflow/setup';
export { registerOwnKernels } from './engines/wasm/own-kernels';
export type { XlaPlatform } from './engines/xla/platforms';
export { CUDA_VERSIONS, removeXla, setupXla, type CudaVersion, type XlaSetup } from './engines/xla/setup';
export { checkEngine, fastestEngine, type CheckedEngine, type EngineChoice } from './fastest-engine';
export {
  breathe,
  consumeInterrupt,
  Interrupted,
  interruptSignal,
  isObeying,
  obeyInterrupt,
  setInterruptSignal,
  throwIfInterrupted,
} from './interruption';
export * from './leak-checked';
export { makeFolders } from './make-folders';
export * from './onnx';
export * from './params';
export { PRECISIONS, type Precision } from './precision';
export * from './random-tensors';
export * from './rng';
export { threadCount } from './threads';
export * from './user-error';
export * from './value-and-grads';
