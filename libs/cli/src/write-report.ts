import { readInstrument, readOverhead, readResults, TIERS, type Paper, type ResultsFile } from '@distillery/lab';
import { evidenceOf, renderReport, writeResultsMarkdown, type ReportInput } from '@distillery/report';
import { UserError } from '@distillery/tensor';
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

/**
 * Renders all results that there are, of every paper and tier, and what the instrument measured. A file that cannot be read is left out. Returns the files
 * written, and a line for each that was left out.
 */
export async function writeReport(
  { runs, results, reports }: Folders,
  papers: readonly Paper[],
  { data, against = null }: ReportOptions = {},
): Promise<{ readonly files: string[]; readonly unreadable: readonly string[] }> {
  const { found, unreadable } = await readableResults(results, papers);
  const orNull = <T>(read: Promise<T | null>): Promise<T | null> =>
    read.catch((error: unknown) => {
      unreadable.push(messageOf(error));
      return null;
    });
  const { files } = await renderReport({
    papers,
    results: found,
    instrument: await orNull(readInstrument(results)),
    overhead: await orNull(readOverhead(results)),
    students: await studentSource({ runs, results }, papers, data),
    against,
    outDir: reports,
  });
  return { files, unreadable };
}

/** That a report is not complete. */
export function leftOut(unreadable: readonly string[]): string {
  return `the report is without ${unreadable.length === 1 ? 'a file' : `${unreadable.length} files`} that cannot be read, the first: ${unreadable[0]}`;
}

/** Writes `RESULTS.md` and the README's table in `folder` from the results that there are. Returns the files written. */
export async function writeMarkdown(folder: string, { results }: Pick<Folders, 'results'>, papers: readonly Paper[]): Promise<string[]> {
  return writeResultsMarkdown(folder, evidenceOf(papers, await storedResults(results, papers)));
}

/** The results of the papers that are in a folder. Throws UserError naming the first file that cannot be read. */
export async function storedResults(folder: string, papers: readonly Paper[]): Promise<ResultsFile[]> {
  const { found, unreadable } = await readableResults(folder, papers);
  if (unreadable[0] !== undefined) throw new UserError(unreadable[0]);
  return found;
}

/** The results that can be read, and a line for each file that cannot. */
async function readableResults(folder: string, papers: readonly Paper[]): Promise<{ found: ResultsFile[]; unreadable: string[] }> {
  const found: ResultsFile[] = [];
  const unreadable: string[] = [];
  for (const { id } of papers)
    for (const tier of TIERS) {
      const file = await readResults(folder, tier, id).catch(messageOf);
      if (typeof file === 'string') unreadable.push(file);
      else if (file !== null) found.push(file);
    }
  return { found, unreadable };
}

function messageOf(error: unknown): string {
  if (error instanceof UserError) return error.message;
  throw error;
}
