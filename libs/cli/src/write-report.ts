import { readInstrument, readOverhead, readResults, TIERS, type Paper, type ResultsFile } from '@distillery/lab';
import { evidenceOf, renderReport, writeResultsMarkdown, type ReportInput } from '@distillery/report';
import type { foldersIn } from './folders';
import { studentSource } from './students';

type Folders = ReturnType<typeof foldersIn>;

/** What a report is made of besides the results. */
export interface ReportOptions {
  /** The data folder, for images to try networks on. */
  readonly data?: string | undefined;
  /** Results that these are set against. */
  readonly against?: ReportInput['against'];
}

/** Renders all results that there are, of every paper and tier, and what the instrument measured. Returns the files written. */
export async function writeReport(
  { runs, results, reports }: Folders,
  papers: readonly Paper[],
  { data, against = null }: ReportOptions = {},
): Promise<string[]> {
  const { files } = await renderReport({
    papers,
    results: await storedResults(results, papers),
    instrument: await readInstrument(results),
    overhead: await readOverhead(results),
    students: await studentSource({ runs, results }, papers, data),
    against,
    outDir: reports,
  });
  return files;
}

/** Writes `RESULTS.md` and the README's table in `folder` from the results that there are. Returns the files written. */
export async function writeMarkdown(folder: string, { results }: Pick<Folders, 'results'>, papers: readonly Paper[]): Promise<string[]> {
  return writeResultsMarkdown(folder, evidenceOf(papers, await storedResults(results, papers)));
}

/** The results of the papers that are in a folder. */
export async function storedResults(folder: string, papers: readonly Paper[]): Promise<ResultsFile[]> {
  const found = await Promise.all(papers.flatMap(({ id }) => TIERS.map((tier) => readResults(folder, tier, id))));
  return found.filter((file): file is ResultsFile => file !== null);
}
