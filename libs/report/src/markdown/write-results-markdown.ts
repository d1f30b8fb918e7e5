import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, writeFileAtomic } from '@distillery/data';
import { isEvidence, type Paper, type ResultsFile } from '@distillery/lab';
import { cohortsOf } from '../cohort';
import { replaceMarked } from './markdown-table';
import { resultsMarkdown, whatHoldsMarkdown, type Evidence } from './results-markdown';

/** Name of the part of the README that is generated. */
const MARK = 'what-holds';

/** The papers' cohorts that are evidence. */
export function evidenceOf(papers: readonly Paper[], results: readonly ResultsFile[]): Evidence {
  return new Map(papers.map((paper) => [paper, cohortsOf(paper, results).filter(({ tier }) => isEvidence(tier))]));
}

/** `RESULTS.md` and the README with its table, as they are to be, by file name. `readme`: the README as it is. */
export function resultsFiles(evidence: Evidence, readme: string): Readonly<Record<'RESULTS.md' | 'README.md', string>> {
  return { 'RESULTS.md': resultsMarkdown(evidence), 'README.md': replaceMarked(readme, MARK, whatHoldsMarkdown(evidence)) };
}

/** Writes `RESULTS.md` in a folder, and the table in the README that is there. Returns the paths. Throws UserError for a README that cannot be read. */
export async function writeResultsMarkdown(folder: string, evidence: Evidence): Promise<string[]> {
  const path = join(folder, 'README.md');
  const readme = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError('read', path, error);
  });
  const files = Object.entries(resultsFiles(evidence, readme)).map(([name, text]) => [join(folder, name), text] as const);
  for (const [file, text] of files) await writeFileAtomic(file, text);
  return files.map(([file]) => file);
}
