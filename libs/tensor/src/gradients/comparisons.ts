import {
  Equal,
  FloorDiv,
  Greater,
  GreaterEqual,
  Less,
  LessEqual,
  LogicalAnd,
  LogicalNot,
  LogicalOr,
  NotEqual,
  zeros,
  type GradConfig,
} from '@tensorflow/tfjs-core';

function zeroGradient(kernelName: string, ...inputs: readonly string[]): GradConfig {
  return {
    kernelName,
    inputsToSave: [...inputs],
    // Floating-point zeros also for booleans: tfjs takes no other gradient.
    gradFunc: (_dy, saved) => Object.fromEntries(saved.map(({ shape }, i) => [inputs[i], () => zeros(shape)])),
  };
}

/**
 * Comparisons, and quotients rounded down, are constant wherever they are differentiable: their gradient is zero. tfjs refuses to differentiate most
 * of them, and where(greater(x, 0), ...) with them; it takes rounding down for the quotient itself.
 */
export const COMPARISON_GRADIENTS: readonly GradConfig[] = [
  ...[Equal, FloorDiv, Greater, GreaterEqual, Less, LessEqual, LogicalAnd, LogicalOr, NotEqual].map((name) => zeroGradient(name, 'a', 'b')),
  zeroGradient(LogicalNot, 'x'),
];
