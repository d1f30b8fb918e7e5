import { readInstrument, readOverhead, readResults, TIERS, type ResultsFile } from '@distillery/lab';
import { PAPERS } from '@distillery/papers';
import { renderReport } from '@distillery/report';
import type { foldersIn } from './folders';

/** Renders all results that there are, of every paper and tier, and what the instrument measured. Returns the files written. */
export async function writeReport({ results, reports }: ReturnType<typeof foldersIn>): Promise<readonly string[]> {
  const papers = Object.values(PAPERS);
  const found = await Promise.all(papers.flatMap(({ id }) => TIERS.map((tier) => readResults(results, tier, id))));
  const { files } = await renderReport({
    papers,
    results: found.filter((file): file is ResultsFile => file !== null),
    instrument: await readInstrument(results),
    overhead: await readOverhead(results),
    outDir: reports,
  });
  return files;
}
