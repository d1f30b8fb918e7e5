import type { RunProgress } from '@distillery/lab';
import { expect, it, vi } from 'vitest';
import { runsUnderWay } from '../../src/experiment/runs-under-way';

it('shows how far each run is that is under way, until it ends', () => {
  const step = vi.fn();
  const runs = runsUnderWay({ step }, 1);
  const at = (arm: string, done: number): RunProgress => ({
    kind: 'step',
    id: `csd/learn/${arm}-x4/0`,
    step: done,
    steps: 300,
    losses: {},
  });
  const id = 'csd/learn/teacher-x4/0';
  runs.onProgress(at('teacher', 299));
  runs.onProgress(at('alone', 30));
  expect(step).toHaveBeenLastCalledWith(1, { 'teacher-x4': '99 %', 'alone-x4': '10 %' });
  runs.onProgress({ kind: 'evaluating', id, network: 'teacher', dataset: 'Set5' });
  expect(step).toHaveBeenLastCalledWith(1, { 'teacher-x4': 'is evaluated', 'alone-x4': '10 %' });
  runs.onProgress({ kind: 'finished', id, folder: '', skipped: false });
  expect(step).toHaveBeenLastCalledWith(1, { 'alone-x4': '10 %' });
  runs.onDone();
  expect(step).toHaveBeenLastCalledWith(2, { 'alone-x4': '10 %' });
});
