import { INSTRUMENT_DATASETS, measureInstrument, type Tier } from '@distillery/lab';
import { interruptible } from './interrupt';

/** How many of the sets a tier measures on: Set5 takes seconds, Urban100 half an hour on one thread. */
const SETS: Readonly<Record<Tier, number>> = { smoke: 1, learn: 1, small: 1, full: 4 };

/** Measures what is not measured yet of bicubic and the published weights in the data folder; a line on stderr before each. */
export async function measureInstrumentLoudly(
  dataDir: string,
  resultsDir: string,
  { fresh, tier }: { readonly fresh: boolean; readonly tier: Tier },
): Promise<void> {
  await interruptible((signal) =>
    measureInstrument(dataDir, {
      resultsDir,
      fresh,
      datasets: INSTRUMENT_DATASETS.slice(0, SETS[tier]),
      signal,
      onRow({ network: { title }, dataset, scale }, done, total) {
        process.stderr.write(`instrument: [${done}/${total}] ${title} x${scale} on ${dataset}\n`);
      },
    }),
  );
}
