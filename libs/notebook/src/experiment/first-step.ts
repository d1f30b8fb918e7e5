import { readFileSync } from 'node:fs';
import { runFiles, type Recipe } from '@distillery/lab';
import type { Scalar } from '@tensorflow/tfjs-core';
import { showTable } from '../display/show-table';
import { folderOfRun } from './perform';
import type { Session } from './session';

/** Losses of a step that the notebook computed itself beside those that the run logged for its first step. */
export async function showFirstStep(session: Session, recipe: Recipe, losses: Readonly<Record<string, Scalar>>): Promise<void> {
  const log = readFileSync(runFiles(await folderOfRun(session, recipe)).metrics, 'utf8');
  const first = JSON.parse(log.split('\n')[0] as string) as { losses: Record<string, number> };
  showTable(
    Object.entries(losses).map(([loss, value]) => {
      const byHand = value.dataSync()[0] as number;
      const logged = first.losses[loss] ?? null;
      return { loss, 'by hand': byHand, 'first step of the run': logged, equal: byHand === logged };
    }),
    { digits: 6 },
  );
}
