import { measureInstrument } from '@distillery/lab';
import { interruptible } from './interrupt';

/** Measures what is not measured yet of bicubic and the published weights in the data folder; a line on stderr before each. */
export async function measureInstrumentLoudly(dataDir: string, resultsDir: string, { fresh }: { fresh: boolean }): Promise<void> {
  await interruptible((signal) =>
    measureInstrument(dataDir, {
      resultsDir,
      fresh,
      signal,
      onRow({ title, dataset }, scale, done, total) {
        process.stderr.write(`instrument: [${done}/${total}] ${title} x${scale} on ${dataset}\n`);
      },
    }),
  );
}
