import { getBackend } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { activeEngine, ENGINES, engineStatus, useEngine, UserError } from '@distillery/tensor';

it('has no active engine before one is selected, then the selected one', async () => {
  expect(() => activeEngine()).toThrow(/useEngine/);
  const engine = await useEngine('wasm');
  expect(engine).toEqual({ name: 'wasm', version: '4.22.0' });
  expect(activeEngine()).toEqual(engine);
  expect(getBackend()).toBe('wasm');
});

it('refuses unknown names, listing the known ones', async () => {
  await expect(useEngine('cuda')).rejects.toThrow(UserError);
  await expect(useEngine('toString')).rejects.toThrow(`engine 'toString': unknown, expected one of ${ENGINES.join(', ')}`);
});

it('reports every engine with its version or what it lacks', async () => {
  const status = await engineStatus();
  expect(status.map(({ name }) => name)).toEqual([...ENGINES]);
  expect(status[0]).toEqual({ name: 'wasm', available: true, detail: '4.22.0' });
});

it('says how to install an engine whose package is missing, also where another package answers to its name', async (test) => {
  const status = (await engineStatus()).find(({ name }) => name === 'tensorflow');
  if (status?.available) test.skip('tfjs-node is installed');
  expect(status?.detail).toMatch(/^engine 'tensorflow': not installed, run: npm install .*tfjs-node/);
  await expect(useEngine('tensorflow')).rejects.toThrow(new UserError(status?.detail));
});

it('leaves no process-wide error handlers behind', async () => {
  await useEngine('wasm');
  const rethrowing = (event: string): boolean => process.listeners(event as 'exit').some((listener) => String(listener).includes('throw'));
  expect(rethrowing('uncaughtException')).toBe(false);
  expect(rethrowing('unhandledRejection')).toBe(false);
});
