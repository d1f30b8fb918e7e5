import { isDecided, type Experiment, type OverheadFile, type Paper } from '@distillery/lab';
import { METRIC_IDS, METRICS } from '@distillery/metrics';
import type { PageAssets } from './assets';
import { standInNotice, TIER_TEXT } from './badges';
import { claimRow, comparedIn } from './claims/claim-forest';
import { byWeight, isHeadline, isOfRanking, bestVerdicts, type BestVerdict } from './claims/best-verdicts';
import { verdictSentence } from './claims/verdict-sentence';
import { emptyCohort, type Cohort } from './cohort';
import { distinct } from './collections';
import { imageComparisons } from './crops';
import { divergenceTable } from './divergences';
import { experimentSection } from './experiment-section';
import { rankingForests } from './figures/ranking';
import { forestPlot, type Forest } from './forest/forest';
import { count, listed } from './format';
import { explained, term } from './glossary/term';
import { anchor, html, linked, type Content, type Html } from './html';
import { notRun, notRunSection, wasRun } from './not-run';
import { overheadSection } from './overhead-section';
import { pageHtml } from './page';
import { runsHref } from './run-pages';
import { protocolGlossary } from './protocols';
import { SMOKE_HREF } from './smoke-page';
import type { StudentSource } from './student/student';
import { studentSection } from './student/student-section';
import { unplacedTable } from './unplaced';
import { verdictFrame } from './verdict-counts';
import { verdictTable } from './verdict-table';
import { paperHeading, paperName } from './paper-name';

/** What a paper's page is made of besides the paper. */
export interface PaperPageInput {
  /** Those that are evidence, strongest first. */
  readonly cohorts: readonly Cohort[];
  /** Whether there are runs of it that are no evidence. */
  readonly smoke: boolean;
  readonly overhead: OverheadFile | null;
  /** Where weights are; null: nowhere. */
  readonly students: StudentSource | null;
}

/** A paper's page: the verdict, its claims in a figure, the pictures; then what was not run, the tables, where paper and code differ, and where each number comes from. */
export async function paperPage(paper: Paper, input: PaperPageInput, assets: PageAssets, footer: Content): Promise<string> {
  const { cohorts, overhead, students } = input;
  const shown = cohorts.length > 0 ? cohorts : [emptyCohort(paper)];
  const main = shown[0] as Cohort;
  const claims = bestVerdicts(paper, cohorts);
  const headline = isHeadline(paper, cohorts);
  const counts = (await verdictFrame(shown)).rows();
  const rankings = shown.flatMap((cohort) =>
    cohort.experiments.filter(({ kind }) => kind === 'ranking').map((experiment) => ({ cohort, experiment })),
  );
  const pictured = firstPictures(shown);
  const missing = notRun(shown);
  const sections = await Promise.all(shown.map((cohort) => cohortSection(cohort, pictured?.experiment ?? null)));
  const student = await studentSection(main, paper.directions.filter(headline), students);
  const body = html`
    <h1>${paper.title}</h1>
    <p class="byline">${paper.venue}.${paper.url !== null && html` ${linked(paper.url)}`}</p>
    <p class="lead answer">${verdictSentence(claims, headline, cohorts)}</p>
    ${smokeNotice(paper, input)} ${rankings.map(({ cohort, experiment }) => rankingForests(cohort, experiment).map(forestPlot))}
    ${METRIC_IDS.map((metric) => {
      const compared = comparedIn(claims, metric).filter(({ claim }) => !isOfRanking(claim, shown));
      return compared.length > 0 && forestPlot(claimForest(compared, main, metric));
    })}
    ${pictured?.figures} ${student}
    ${notRunSection(main, missing, overhead, await Promise.all(missing.map((experiment) => experimentSection(main, experiment))))}
    <section aria-labelledby="about">
      <h2 id="about">What it is about</h2>
      <p>${explained(paper.summary)}</p>
      ${contents(paper, shown)}
    </section>
    ${sections}
    ${
      cohorts.length > 0 &&
      html`<section aria-labelledby="verdicts">
        <h2 id="verdicts">All verdicts, counted</h2>
        ${verdictTable(shown, counts, paperName)}
      </section>`
    }
    ${unplacedTable(paper, shown)} ${overheadSection(main, overhead)}
    ${
      paper.divergences.length > 0 &&
      html`<section aria-labelledby="divergences">
        <h2 id="divergences">Where paper and code differ</h2>
        ${divergenceTable(paper.divergences)}
      </section>`
    }
    <section aria-labelledby="protocols">
      <h2 id="protocols">Protocols</h2>
      ${protocolGlossary(paper, shown)}
    </section>
    <section aria-labelledby="provenance">
      <h2 id="provenance">Provenance</h2>
      ${
        cohorts.length > 0
          ? html`<p>
              Every number above links to its run, or to the runs whose mean it is: they stand, with recipe, seed, engine, versions, data
              and values of each image, on <a href="${runsHref({ stem: paper.id })}">a page of their own</a>.
            </p>`
          : html`<p>No runs yet.</p>`
      }
    </section>
  `;
  const trail = [{ title: 'Distillery', href: 'index.html' }, { title: paperName(paper) }];
  return pageHtml({ title: paperHeading(paper), description: paper.summary, trail, body, footer }, assets, {
    plotly: 'beside',
    student: student !== null,
  });
}

function smokeNotice(paper: Paper, { cohorts, smoke }: PaperPageInput): Content {
  if (cohorts.length > 0) return null;
  const ran = html` That its methods run at all, a <a href="${SMOKE_HREF}">page of its own</a> shows.`;
  return html`<p>
    There is no evidence on this paper yet; <code>npx distillery reproduce ${paper.id} --tier small</code> makes some.${smoke && ran}
  </p>`;
}

/** The compared claims of a metric: decided ones, then those that wait for arms that have finished learning. */
function claimForest(compared: readonly BestVerdict[], cohort: Cohort, metric: Forest['metric']): Forest {
  const rows = (decided: boolean) =>
    compared
      .filter(({ overall }) => isDecided(overall) === decided)
      .sort(byWeight)
      .map((judged) => claimRow(judged));
  const groups = [
    { heading: 'Judged', rows: rows(true) },
    { heading: 'Not judged: an arm had not finished learning', rows: rows(false) },
  ];
  const { heading } = TIER_TEXT[cohort.tier];
  return {
    id: `claims-${metric}`,
    title: explained(`What is claimed and what our runs show, ${METRICS[metric].title}; right of zero is as claimed`),
    circumstances: html`${term(`${cohort.tier}-tier`, heading)}; engine ${cohort.engine}, trained on ${cohort.train}, tested on
    ${listed(cohort.evaluate)}; differences paired over seeds and images`,
    metric,
    groups: groups.filter((group) => group.rows.length > 0),
  };
}

/** The pictures of the first experiment that has any. */
function firstPictures(cohorts: readonly Cohort[]): { readonly experiment: Experiment; readonly figures: readonly Html[] } | null {
  for (const cohort of cohorts)
    for (const experiment of cohort.experiments) {
      const figures = experiment.kind === 'table' ? imageComparisons(cohort, experiment) : [];
      if (figures.length > 0) return { experiment, figures };
    }
  return null;
}

function cohortTitle({ tier, train, engine, runs }: Cohort): string {
  return runs.length > 0 ? `${TIER_TEXT[tier].heading.split(':')[0] as string}, trained on ${train}, engine ${engine}` : 'Nothing was run';
}

/** A cohort's experiments; `pictured` is the one whose pictures stand at the top of the page. */
async function cohortSection(cohort: Cohort, pictured: Experiment | null): Promise<Content> {
  const { id, experiments, shown, evaluate } = cohort;
  if (shown.length === 0) return null;
  const seeds = distinct(shown.map(({ spec }) => spec.seed)).sort((a, b) => a - b);
  const parts: Html[] = [];
  for (const experiment of experiments)
    if (wasRun(cohort, experiment)) parts.push(await experimentSection(cohort, experiment, experiment !== pictured));
  return html`<section aria-labelledby="${anchor('cohort', id)}">
    <h2 id="${anchor('cohort', id)}">${cohortTitle(cohort)}</h2>
    <p>
      ${count(shown.length, 'run')} under ${seeds.length === 1 ? 'seed' : 'seeds'} ${listed(seeds.map(String))}, evaluated on
      ${listed(evaluate)}. A mean is over images and then over seeds; ± is half of its 95 % t interval over seeds and is absent where there
      is one seed.
    </p>
    ${standInNotice(cohort)} ${parts}
  </section>`;
}

function contents({ divergences }: Paper, cohorts: readonly Cohort[]): Html {
  const item = (id: string, title: string, children: Content = null) => html`<li><a href="#${id}">${title}</a>${children}</li>`;
  const experiments = (cohort: Cohort) =>
    html`<ol>
      ${cohort.experiments
        .filter((experiment) => wasRun(cohort, experiment))
        .map((experiment) => item(anchor('experiment', cohort.id, experiment.id), experiment.title))}
    </ol>`;
  return html`<details class="contents">
    <summary>Contents of this page</summary>
    <nav aria-label="Contents">
      <ol>
        ${cohorts
          .filter(({ runs }) => runs.length > 0)
          .map((cohort) => item(anchor('cohort', cohort.id), cohortTitle(cohort), experiments(cohort)))}
        ${cohorts.some(({ runs }) => runs.length > 0) && item('verdicts', 'All verdicts, counted')}
        ${item('overhead', 'Cost of a training step')} ${divergences.length > 0 && item('divergences', 'Where paper and code differ')}
        ${item('protocols', 'Protocols')} ${item('provenance', 'Provenance')}
      </ol>
    </nav>
  </details>`;
}
