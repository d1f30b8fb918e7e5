import { mul, ones, type Tensor } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { compile, compileSeconds, useEngine } from '@distillery/tensor';
import { whileCompiling } from '../../src/compile/compile-clock';

describe('the clock of compiling', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  const pause = (milliseconds: number) => () => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

  it('counts what is done side by side once, also while it goes on', async () => {
    const before = compileSeconds();
    const both = Promise.all([whileCompiling(pause(3000)), whileCompiling(pause(5000))]);
    await vi.advanceTimersByTimeAsync(4000);
    expect(compileSeconds() - before).toBeCloseTo(4);
    await vi.advanceTimersByTimeAsync(4000);
    await both;
    expect(compileSeconds() - before).toBeCloseTo(5);
  });

  it('stops when compiling fails', async () => {
    const before = compileSeconds();
    const failing = whileCompiling(async () => {
      await pause(1000)();
      throw new Error('no');
    });
    const failed = expect(failing).rejects.toThrow('no');
    await vi.advanceTimersByTimeAsync(2000);
    await failed;
    expect(compileSeconds() - before).toBeCloseTo(1);
  });
});

it('runs while a function is compiled, and not while it is called', async () => {
  await useEngine('onnx');
  const before = compileSeconds();
  const doubled = await compile((x: Tensor) => mul(x, 2), [ones([2])]);
  const after = compileSeconds();
  expect(after).toBeGreaterThan(before);
  await doubled(ones([2]));
  expect(compileSeconds()).toBe(after);
  await doubled.dispose();
});
