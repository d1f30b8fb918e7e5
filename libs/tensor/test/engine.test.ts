import { conv2d, getBackend, square, sum, type Scalar, type Tensor4D } from '@tensorflow/tfjs-core';
import { availableParallelism, cpus, hostname } from 'node:os';
import { expect, it, vi } from 'vitest';
import {
  activeEngine,
  ENGINES,
  engineStatus,
  normalTensor,
  seedRng,
  threadCount,
  useEngine,
  UserError,
  valueAndGrads,
  type Params,
} from '@distillery/tensor';

it('has no active engine before one is selected, then the selected one', async () => {
  expect(() => activeEngine()).toThrow(/useEngine/);
  const engine = await useEngine('wasm');
  expect(engine).toEqual({ name: 'wasm', version: '4.22.0', precision: 'float32', device: null });
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

it('compiles for as many threads as it is asked for, until the next call, else as the environment says', async () => {
  vi.stubEnv('DISTILLERY_THREADS', '3');
  await useEngine('onnx', { threads: 1 });
  expect(threadCount()).toBe(1);
  await useEngine('onnx');
  expect(threadCount()).toBe(3);
  vi.stubEnv('DISTILLERY_THREADS', 'many');
  expect(threadCount).toThrow(new UserError("DISTILLERY_THREADS is 'many'; expected a whole number of at least 1"));
  vi.unstubAllEnvs();
  expect(threadCount()).toBe(availableParallelism());
});

it('names nothing of this machine in the versions of engines', async () => {
  vi.stubEnv('DISTILLERY_THREADS', '777');
  for (const { name, available } of await engineStatus()) {
    if (!available) continue;
    const { version } = await useEngine(name);
    for (const word of ['777', 'thread', hostname(), cpus()[0]?.model ?? 'no processor']) expect(version).not.toContain(word);
  }
  vi.unstubAllEnvs();
});

it('computes the same with the kernels of the benchmark, and goes back to its own', async () => {
  const x = normalTensor(seedRng(1), [2, 6, 7, 5]) as Tensor4D;
  const params = { w: normalTensor(seedRng(2), [3, 3, 5, 4]) };
  const gradient = async (kernels: 'own' | 'stock'): Promise<ArrayLike<number>> => {
    await useEngine('wasm', { kernels });
    const f = (p: Params): Scalar => sum(square(conv2d(x, p['w'] as Tensor4D, 2, 'same')));
    return valueAndGrads((p) => ({ loss: f(p), aux: {} }), params).grads['w']?.dataSync() ?? [];
  };
  const own = await gradient('own');
  const stock = await gradient('stock');
  const largest = Math.max(...Array.from(own, Math.abs));
  expect(Math.max(...Array.from(stock, (value, i) => Math.abs(value - (own[i] as number))))).toBeLessThan(1e-5 * largest);
  expect(await gradient('own')).toEqual(own);
});

it('leaves no process-wide error handlers behind', async () => {
  await useEngine('wasm');
  const rethrowing = (event: string): boolean => process.listeners(event as 'exit').some((listener) => String(listener).includes('throw'));
  expect(rethrowing('uncaughtException')).toBe(false);
  expect(rethrowing('unhandledRejection')).toBe(false);
});
