import { readInstrument, readOverhead, readResults, TIERS, type ResultsFile } from '@distillery/lab';
import { PAPERS } from '@distillery/papers';
import { evidenceOf, renderReport, writeResultsMarkdown } from '@distillery/report';
import type { foldersIn } from './folders';

type Folders = Pick<ReturnType<typeof foldersIn>, 'results' | 'reports'>;

const papers = Object.values(PAPERS);

/** Renders all results that there are, of every paper and tier, and what the instrument measured. Returns the files written. */
export async function writeReport({ results, reports }: Folders): Promise<string[]> {
  const { files } = await renderReport({
    papers,
    results: await storedResults(results),
    instrument: await readInstrument(results),
    overhead: await readOverhead(results),
    outDir: reports,
  });
  return files;
}

/** Writes `RESULTS.md` and the README's table in `folder` from the results that there are. Returns the files written. */
export async function writeMarkdown(folder: string, { results }: Folders): Promise<string[]> {
  return writeResultsMarkdown(folder, evidenceOf(papers, await storedResults(results)));
}

async function storedResults(folder: string): Promise<ResultsFile[]> {
  const found = await Promise.all(papers.flatMap(({ id }) => TIERS.map((tier) => readResults(folder, tier, id))));
  return found.filter((file): file is ResultsFile => file !== null);
}
