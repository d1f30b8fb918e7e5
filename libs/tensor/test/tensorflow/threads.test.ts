import { expect, it } from 'vitest';
import { useEngine } from '@distillery/tensor';
import { findAddon } from '../../src/engines/tensorflow/addon';

/** Not asked of the engine's status, which would know its version without loading it. */
function missing(): string | null {
  try {
    findAddon();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

it('TensorFlow is loaded with as many threads as were asked for', async ({ skip }) => {
  const reason = missing();
  if (reason !== null) skip(reason);
  await useEngine('tensorflow', { threads: 3 });
  expect(process.env['TF_NUM_INTRAOP_THREADS']).toBe('3');
});
