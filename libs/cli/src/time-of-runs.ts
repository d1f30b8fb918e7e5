import type { RunResult } from '@distillery/lab';
import { duration } from './plan-progress';

const MINUTE = 60;

/** `training 3 min 20 s, compiling 12 s`: of all runs together. Compiling is left out where it is not known, or nothing was compiled. */
export function timeOfRuns(runs: readonly Pick<RunResult, 'trainSeconds' | 'compileSeconds'>[]): string {
  const sum = (seconds: readonly number[]) => {
    const total = seconds.reduce((before, each) => before + each, 0);
    return Math.round(10 * total) < 10 * MINUTE ? `${total.toFixed(1)} s` : duration(total);
  };
  const compiled = runs.flatMap(({ compileSeconds }) => (compileSeconds === undefined ? [] : [compileSeconds]));
  return `training ${sum(runs.map(({ trainSeconds }) => trainSeconds))}${compiled.length > 0 ? `, compiling ${sum(compiled)}` : ''}`;
}
