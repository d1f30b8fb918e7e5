import {
  Equal,
  Greater,
  Less,
  LessEqual,
  LogicalAnd,
  LogicalNot,
  LogicalOr,
  NotEqual,
  zerosLike,
  type GradConfig,
} from '@tensorflow/tfjs-core';

function zeroGradient(kernelName: string, ...inputs: readonly string[]): GradConfig {
  return {
    kernelName,
    inputsToSave: [...inputs],
    gradFunc: (_dy, saved) => Object.fromEntries(saved.map((x, i) => [inputs[i], () => zerosLike(x)])),
  };
}

/**
 * Comparisons are constant wherever they are differentiable: their gradient is zero. tfjs knows that of GreaterEqual only, and
 * refuses to differentiate where(greater(x, 0), ...).
 */
export const COMPARISON_GRADIENTS: readonly GradConfig[] = [
  ...[Equal, Greater, Less, LessEqual, LogicalAnd, LogicalOr, NotEqual].map((kernelName) => zeroGradient(kernelName, 'a', 'b')),
  zeroGradient(LogicalNot, 'x'),
];
