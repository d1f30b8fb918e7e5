import { join } from 'node:path';
import { MODELS, type ModelName } from '@distillery/models';
import { ENGINES } from '@distillery/tensor';
import { takeTurns, type Timing } from './take-turns';
import { startNode } from './timed-process';

const WORKER = join(__dirname, 'model-worker.js');

export interface ModelTiming {
  readonly model: ModelName;
  readonly scale: number;
  /** By engine. */
  readonly timings: readonly Timing[];
}

/** Times one forward pass of every network of the zoo, at its largest scale, on an LR image of `side` x `side`, on every engine. */
export async function* benchModels(side: number, rounds: number, threads: number): AsyncGenerator<ModelTiming> {
  for (const [model, { scales }] of Object.entries(MODELS) as [ModelName, (typeof MODELS)[ModelName]][]) {
    const scale = Math.max(...scales);
    const contestants = ENGINES.map((engine) => ({
      name: engine,
      start: () => startNode(WORKER, { model, scale, side, engine }, threads),
    }));
    yield { model, scale, timings: await takeTurns(contestants, rounds) };
  }
}
