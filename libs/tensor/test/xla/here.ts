import { engineStatus } from '@distillery/tensor';

/** Why the tests on XLA's plugin for the processor cannot run here; null if they can. */
export const missing = await (async () => {
  const status = (await engineStatus()).find(({ name }) => name === 'xla:cpu');
  return status?.available ? null : (status?.detail ?? 'engine xla:cpu is not known');
})();
