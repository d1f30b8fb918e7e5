import { initialState, type Batch, type Method, type Schedule } from '@distillery/distill';
import { seedRng } from '@distillery/tensor';
import { scalar, tidy } from '@tensorflow/tfjs-core';

export interface FirstStep {
  readonly seed: number;
  readonly schedule: Schedule;
  readonly batch: Omit<Batch, 'learningRate'>;
}

/**
 * One line for each term of the method whose gradient in the network is zero or not finite at the first step: such a term trains nothing, or breaks what is trained, and its curve
 * does not say so. It takes a forward and a backward pass for each term. Methods that cannot tell their terms apart are taken as they are.
 */
export function faultyTerms(method: Method, { seed, schedule, batch }: FirstStep): string[] {
  const norms = tidy(() => {
    const scalars = method.termGradients?.(initialState(method, seedRng(seed).split('init')), {
      ...batch,
      learningRate: scalar(schedule.learningRate),
    });
    return Object.entries(scalars ?? {}).map(([term, norm]) => [term, norm.dataSync()[0] as number] as const);
  }) as (readonly [string, number])[];
  return norms.flatMap(([term, norm]) => {
    if (norm === 0) return [`term '${term}' sends no gradient into the network at the first step: it trains nothing`];
    if (Number.isFinite(norm)) return [];
    return [`term '${term}' has a gradient that is not finite at the first step: a square root or log at 0 has none; add 1e-6 inside`];
  });
}
