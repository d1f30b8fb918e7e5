import './stock';
import { getGradient, registerGradient, type GradConfig } from '@tensorflow/tfjs-core';
import { absGradient } from './abs';
import { avgPoolGradient } from './avg-pool';
import { batchMatMulGradient } from './batch-mat-mul';
import { BINARY_GRADIENTS } from './binary';
import { castGradient } from './cast';
import { COMPARISON_GRADIENTS } from './comparisons';
import { conv2DGradient } from './conv2d';
import { conv2DBackpropFilterGradient } from './conv2d-backprop-filter';
import { cumsumGradient } from './cumsum';
import { depthToSpaceGradient } from './depth-to-space';
import { depthwiseConv2dGradient } from './depthwise-conv2d';
import { EXTREME_GRADIENTS } from './extremes';
import { mirrorPadGradient } from './mirror-pad';
import { GRADIENTS_OF_RESULTS } from './of-results';
import { leakyReluGradient, preluGradient, relu6Gradient } from './rectifiers';
import { RESIZING_GRADIENTS } from './resizing';
import { stridedSliceGradient } from './strided-slice';

const GRADIENTS: readonly GradConfig[] = [
  absGradient,
  avgPoolGradient,
  batchMatMulGradient,
  ...BINARY_GRADIENTS,
  castGradient,
  ...COMPARISON_GRADIENTS,
  cumsumGradient,
  conv2DGradient,
  conv2DBackpropFilterGradient,
  depthToSpaceGradient,
  depthwiseConv2dGradient,
  ...EXTREME_GRADIENTS,
  ...GRADIENTS_OF_RESULTS,
  leakyReluGradient,
  mirrorPadGradient,
  preluGradient,
  relu6Gradient,
  ...RESIZING_GRADIENTS,
  stridedSliceGradient,
];

/**
 * Puts the gradients that tfjs lacks or gets wrong into its registry, which is shared by everything in the process: a second
 * copy of tfjs (a data-frame package may bring one) overwrites it when it is loaded, so this is called before every use.
 */
export function registerGradients(): void {
  for (const gradient of GRADIENTS) {
    if (getGradient(gradient.kernelName) !== gradient) registerGradient(gradient);
  }
}
