import { conv2DBackpropInput } from '../../kernels/conv2d-backprop-input';
import { registerKernels, restoreKernels } from '../../kernels/register';
import { resizeNearestNeighbor } from '../../kernels/resize-nearest-neighbor';
import { unsortedSegmentSum } from '../../kernels/unsorted-segment-sum';
import { batchMatMul } from './batch-mat-mul';
import { cast } from './cast';
import { conv2D } from './conv2d';
import { conv2DBackpropFilter } from './conv2d-backprop-filter';
import { identity } from './identity';
import { maxPoolGrad } from './max-pool-grad';
import { MOVEMENT_KERNELS } from './movement';
import { oneHot } from './one-hot';
import { RECTIFIER_KERNELS } from './rectifiers';
import { REDUCTION_KERNELS } from './sum';

/** The kernels that tfjs-backend-wasm lacks, and those that are faster than its own. */
const OWN_KERNELS = [
  batchMatMul,
  cast,
  conv2D,
  conv2DBackpropFilter,
  conv2DBackpropInput,
  identity,
  maxPoolGrad,
  oneHot,
  resizeNearestNeighbor,
  unsortedSegmentSum,
  ...MOVEMENT_KERNELS,
  ...RECTIFIER_KERNELS,
  ...REDUCTION_KERNELS,
];

/** Registers them on the backend, which is started; it may run in a browser. Repeatable. */
export function registerOwnKernels(): void {
  restoreOwnKernels();
  registerKernels('wasm', OWN_KERNELS);
}

/** Puts the backend's own kernels back. */
export function restoreOwnKernels(): void {
  restoreKernels('wasm', OWN_KERNELS);
}
