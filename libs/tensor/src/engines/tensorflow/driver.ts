import { setBackend } from '@tensorflow/tfjs-core';
import { registerKernels, restoreKernels } from '../../kernels/register';
import { resizeNearestNeighbor } from '../../kernels/resize-nearest-neighbor';
import { cudaCard } from '../cuda';
import type { EngineDriver } from '../driver';
import { findAddon, type Addon } from './addon';
import { CONVOLUTION_KERNELS } from './convolutions';
import type { TensorflowFacts } from './facts';
import { BACKEND, loadedTensorflow, loadTensorflow, type LoadedTensorflow } from './load';
import { POOLING_KERNELS } from './pooling';
import { probeAddon } from './probe';

const KERNELS = [...CONVOLUTION_KERNELS, ...POOLING_KERNELS, resizeNearestNeighbor];

let probed: LoadedTensorflow | undefined;

/** What is known of TensorFlow here; if that is nothing yet, it is loaded. */
function facts(): TensorflowFacts & { readonly addon: Addon } {
  return loadedTensorflow() ?? probed ?? loadTensorflow();
}

/** TensorFlow's own C++ kernels through tfjs-node, on CUDA where it was built with it and the machine has a card. Optional, loaded on first use. */
export const tensorflow: EngineDriver = {
  backend: BACKEND,
  version: () => `${facts().addon.version}, TensorFlow ${facts().tensorflow}`,
  device: () => (facts().usesCard ? cudaCard('tensorflow') : null),
  async probe() {
    const addon = findAddon();
    probed = { addon, ...(await probeAddon(addon)) };
  },
  async start(kernels) {
    loadTensorflow();
    await setBackend(BACKEND);
    restoreKernels(BACKEND, KERNELS);
    if (kernels === 'own') registerKernels(BACKEND, KERNELS);
  },
};
