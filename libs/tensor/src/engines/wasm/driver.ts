import { version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { setBackend } from '@tensorflow/tfjs-core';
import { registerKernels } from '../../kernels/register';
import type { EngineDriver } from '../driver';
import { naiveConv2DBackpropFilter } from './naive-filter-gradient';
import { registerOwnKernels, restoreOwnKernels } from './own-kernels';

/** tfjs-backend-wasm (XNNPACK, SIMD, one thread under Node) plus the kernels it lacks. It finds its .wasm files by itself. */
export const wasm: EngineDriver = {
  backend: 'wasm',
  version: () => version_wasm,
  async start(kernels) {
    await keepingProcessListeners(() => setBackend('wasm'));
    if (kernels === 'own') return registerOwnKernels();
    restoreOwnKernels();
    registerKernels('wasm', [naiveConv2DBackpropFilter]);
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
