import { join } from 'node:path';
import { writeFileAtomic } from '@distillery/data';
import { isEvidence, type InstrumentFile, type OverheadFile, type Paper, type ResultsFile } from '@distillery/lab';
import { UserError } from '@distillery/tensor';
import { pageAssets, PLOTLY_PATH, plotlySource, writeAsset } from './assets';
import { AGAINST_HREF, againstPage } from './against/against-page';
import { movements } from './against/movements';
import { cohortsOf, type Cohort } from './cohort';
import { html } from './html';
import { indexPage, paperHref } from './index-page';
import { INSTRUMENT_HREF, instrumentPage } from './instrument/instrument-page';
import { paperName } from './paper-name';
import { paperPage } from './paper-page';
import { runPages } from './run-pages';
import { SMOKE_HREF, smokePage, smokeStem } from './smoke-page';
import { studentScript } from './student/script';
import type { StudentSource } from './student/student';
import { IMAGES_PATH, STUDENT_PATH, trialImages } from './student/student-section';

export interface ReportInput {
  readonly papers: readonly Paper[];
  /** Any number of files per paper: tiers, engines and training sets are kept apart. */
  readonly results: readonly ResultsFile[];
  /** What the measuring instrument scores; null or absent: not measured, and the index says how to. */
  readonly instrument?: InstrumentFile | null;
  /** What a training step of each method costs; null or absent: not measured, and the pages say how to. */
  readonly overhead?: OverheadFile | null;
  /** Where the weights of runs are, for pages in which a reader can try them; null or absent: nowhere. */
  readonly students?: StudentSource | null;
  /** Other results that these are set against, on a page of its own; `name` says which they are. null or absent: none. */
  readonly against?: { readonly name: string; readonly results: readonly ResultsFile[] } | null;
  /** The `reports` folder; made if missing. */
  readonly outDir: string;
  /** The date in the footer; absent: now. */
  readonly now?: Date;
}

/**
 * Writes `index.html`, one page per paper, the pages of their runs, the instrument's page where it was measured, and the figure script into `outDir`, each file
 * whole or not at all, and returns their paths. Pages need no network. Throws `UserError` for results of a paper that is not among `papers`, for results that contradict
 * themselves, and for a folder that cannot be written.
 */
export async function renderReport({
  papers,
  results,
  instrument = null,
  overhead = null,
  students = null,
  against = null,
  outDir,
  now = new Date(),
}: ReportInput): Promise<{ files: string[] }> {
  const stray = results.find(({ paper }) => !papers.some(({ id }) => id === paper));
  if (stray) throw new UserError(`results of unknown paper '${stray.paper}': expected one of ${papers.map(({ id }) => id).join(', ')}`);
  const cohorts = new Map(papers.map((paper) => [paper, cohortsOf(paper, results)]));
  const assets = await pageAssets();
  const date = now.toISOString().slice(0, 10);
  const footer = html`<p>
    Written by Distillery on <time datetime="${date}">${date}</time>. Nothing on this page is loaded from a network.
  </p>`;

  const pages: [string, string][] = [];
  /** Puts the runs of cohorts on pages of their own, to which the numbers of the cohorts returned link. */
  const placed = (found: readonly Cohort[], stem: string, title: string, href: string): readonly Cohort[] => {
    const runs = runPages(found, { stem, title, back: { title, href } }, assets, footer);
    pages.push(...runs.pages.map(([name, page]): [string, string] => [name, page]));
    return runs.cohorts;
  };
  const evidence = new Map(
    papers.map((paper) => {
      const found = (cohorts.get(paper) ?? []).filter(({ tier }) => isEvidence(tier));
      return [paper, placed(found, paper.id, paperName(paper), paperHref(paper))];
    }),
  );
  const smoke = papers.flatMap((paper) =>
    placed(
      (cohorts.get(paper) ?? []).filter(({ tier }) => !isEvidence(tier)),
      smokeStem(paper),
      `${paperName(paper)}, not evidence`,
      SMOKE_HREF,
    ),
  );
  const index = { papers, cohorts: evidence, smoke: smoke.length > 0, against: against?.name ?? null, instrument };
  pages.unshift(['index.html', await indexPage(index, assets, footer)]);
  if (smoke.length > 0) pages.push([SMOKE_HREF, await smokePage(smoke, students, assets, footer)]);
  if (instrument) pages.push([INSTRUMENT_HREF, instrumentPage(instrument, assets, footer)]);
  if (against) pages.push([AGAINST_HREF, againstPage(movements(papers, results, against.results), against.name, assets, footer)]);
  for (const paper of papers) {
    const input = { cohorts: evidence.get(paper) ?? [], smoke: smoke.some((cohort) => cohort.paper === paper), overhead, students };
    pages.push([paperHref(paper), await paperPage(paper, input, assets, footer)]);
  }

  const files = [await writeAsset(outDir, PLOTLY_PATH, await plotlySource())];
  if (students && pages.some(([, page]) => page.includes('data-student="'))) {
    files.push(
      await writeAsset(outDir, STUDENT_PATH, await studentScript()),
      await writeAsset(outDir, IMAGES_PATH, trialImages(students.images)),
    );
  }
  // The index comes last, so that it never links to pages that are not there yet.
  for (const [name, page] of pages.reverse()) {
    const path = join(outDir, name);
    await writeFileAtomic(path, page);
    files.push(path);
  }
  return { files };
}
