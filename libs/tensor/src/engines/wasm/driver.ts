import { version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { setBackend } from '@tensorflow/tfjs-core';
import { conv2DBackpropInput } from '../../kernels/conv2d-backprop-input';
import { registerKernels, restoreKernels } from '../../kernels/register';
import { resizeNearestNeighbor } from '../../kernels/resize-nearest-neighbor';
import { unsortedSegmentSum } from '../../kernels/unsorted-segment-sum';
import type { EngineDriver } from '../driver';
import { batchMatMul } from './batch-mat-mul';
import { cast } from './cast';
import { conv2D } from './conv2d';
import { conv2DBackpropFilter } from './conv2d-backprop-filter';
import { identity } from './identity';
import { maxPoolGrad } from './max-pool-grad';
import { MOVEMENT_KERNELS } from './movement';
import { naiveConv2DBackpropFilter } from './naive-filter-gradient';
import { oneHot } from './one-hot';
import { RECTIFIER_KERNELS } from './rectifiers';
import { REDUCTION_KERNELS } from './sum';

const KERNELS = [
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

/** tfjs-backend-wasm (XNNPACK, SIMD, one thread under Node) plus the kernels it lacks. It finds its .wasm files by itself. */
export const wasm: EngineDriver = {
  backend: 'wasm',
  version: () => version_wasm,
  async start(kernels) {
    await keepingProcessListeners(() => setBackend('wasm'));
    restoreKernels('wasm', KERNELS);
    registerKernels('wasm', kernels === 'own' ? KERNELS : [naiveConv2DBackpropFilter]);
  },
};

/**
 * Emscripten's start-up code installs process-wide handlers that rethrow every uncaught error and rejection, which would
 * turn the one clear line of a program's own handler into a stack trace. The process belongs to the program: undo that.
 */
async function keepingProcessListeners<T>(start: () => Promise<T>): Promise<T> {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => new Set<unknown>(process.listeners(event as 'uncaughtException')));
  const started = await start();
  events.forEach((event, i) => {
    for (const listener of process.listeners(event as 'uncaughtException')) {
      if (!before[i]?.has(listener)) process.removeListener(event, listener);
    }
  });
  return started;
}
