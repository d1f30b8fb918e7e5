import './stock';
import { getGradient, registerGradient, type GradConfig } from '@tensorflow/tfjs-core';
import { conv2DGradient } from './conv2d';
import { conv2DBackpropFilterGradient } from './conv2d-backprop-filter';
import { depthToSpaceGradient } from './depth-to-space';

const GRADIENTS: readonly GradConfig[] = [conv2DGradient, conv2DBackpropFilterGradient, depthToSpaceGradient];

/**
 * Puts the gradients that tfjs lacks or gets wrong into its registry, which is shared by everything in the process: a second
 * copy of tfjs (a data-frame package may bring one) overwrites it when it is loaded, so this is called before every use.
 */
export function registerGradients(): void {
  for (const gradient of GRADIENTS) {
    if (getGradient(gradient.kernelName) !== gradient) registerGradient(gradient);
  }
}
