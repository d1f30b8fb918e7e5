import { expect, it } from 'vitest';
import { timeOfRuns } from '../src/time-of-runs';

it('sums training and compiling of runs apart', () => {
  expect(timeOfRuns([{ trainSeconds: 1.24, compileSeconds: 0.5 }, { trainSeconds: 2 }])).toBe('training 3.2 s, compiling 0.5 s');
  expect(
    timeOfRuns([
      { trainSeconds: 190, compileSeconds: 3 },
      { trainSeconds: 10, compileSeconds: 70 },
    ]),
  ).toBe('training 3 min 20 s, compiling 1 min 13 s');
});

it('does not speak of compiling where nothing is known of it', () => {
  expect(timeOfRuns([{ trainSeconds: 59.96 }])).toBe('training 1 min 0 s');
});
