import { useEngine } from '@distillery/tensor';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { trainingClock, withCompiling } from '../../src/perform/training-clock';
import type { Timing } from '../../src/store/run-files';

const engine = vi.hoisted(() => ({ compiled: 0 }));
vi.mock('@distillery/tensor', async (original) => ({
  ...(await original<typeof import('@distillery/tensor')>()),
  compileSeconds: () => engine.compiled,
}));

const timing = (seconds: Partial<Timing>): Timing => ({ schema: 2, trainSeconds: 0, latencies: {}, ...seconds });

describe('the clock of training', () => {
  afterEach(() => void vi.useRealTimers());

  /** So many seconds pass, some of them compiling. */
  function pass(seconds: number, compiling = 0): void {
    vi.advanceTimersByTime(1000 * seconds);
    engine.compiled += compiling;
  }

  it('tells compiling apart, leaves out validation and checkpoints, and goes on where it stood', async () => {
    await useEngine('onnx');
    vi.useFakeTimers({ toFake: ['performance'] });
    engine.compiled = 7;
    const clock = trainingClock(timing({ trainSeconds: 100, compileSeconds: 20 }));
    pass(10, 4);
    await clock.besideTraining(() => Promise.resolve(pass(5, 2)));
    pass(1);
    expect(clock.read()).toEqual({ trainSeconds: 107, compileSeconds: 26 });
    pass(30);
    clock.goOn();
    pass(2);
    expect(clock.read()).toEqual({ trainSeconds: 109, compileSeconds: 26 });
  });

  it('says nothing of compiling where the engine compiles nothing', async () => {
    await useEngine('wasm');
    vi.useFakeTimers({ toFake: ['performance'] });
    const clock = trainingClock(timing({}));
    pass(3);
    expect(clock.read()).toEqual({ trainSeconds: 3 });
    expect(withCompiling(timing({}), 0)).toEqual(timing({}));
  });
});
