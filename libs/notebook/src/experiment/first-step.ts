import { readFileSync } from 'node:fs';
import { runFiles, type Recipe } from '@distillery/lab';
import type { Scalar } from '@tensorflow/tfjs-core';
import { showTable } from '../display/show-table';
import { folderOfRun } from './perform';
import type { Session } from './session';

/** Relative difference up to which two losses count as equal: engines round sums in different orders. */
const ROUNDING = 1e-4;

/**
 * Losses of a step that the notebook computed itself beside those that the run logged for its first step. Two losses are equal if they differ by at
 * most one part in 10,000: the run may have been trained by a compiled engine, which rounds differently from the eager step in the notebook.
 */
export async function showFirstStep(session: Session, recipe: Recipe, losses: Readonly<Record<string, Scalar>>): Promise<void> {
  const log = readFileSync(runFiles(await folderOfRun(session, recipe)).metrics, 'utf8');
  const first = JSON.parse(log.split('\n')[0] as string) as { losses: Record<string, number> };
  showTable(
    Object.entries(losses).map(([loss, value]) => {
      const byHand = value.dataSync()[0] as number;
      const logged = first.losses[loss] ?? null;
      const equal = logged !== null && Math.abs(byHand - logged) <= ROUNDING * Math.abs(logged);
      return { loss, 'by hand': byHand, 'first step of the run': logged, equal };
    }),
    { digits: 6, caption: 'equal: to one part in 10,000, since the engine that trained the run may round in another order' },
  );
}
