import type { Experiment, OverheadFile, Paper } from '@distillery/lab';
import type { PageAssets } from './assets';
import { standInNotice, TIER_TEXT, tierBanner } from './badges';
import { emptyCohort, type Cohort } from './cohort';
import { distinct } from './collections';
import { divergenceTable } from './divergences';
import { experimentSection } from './experiment-section';
import { count, listed } from './format';
import { anchor, html, linked, type Content, type Html } from './html';
import { overheadSection } from './overhead-section';
import { pageHtml } from './page';
import { provenanceSection } from './provenance';
import { protocolGlossary } from './protocols';
import { unplacedTable } from './unplaced';
import { verdictFrame } from './verdict-counts';
import { verdictTable } from './verdict-table';
import { paperHeading, paperName } from './paper-name';

/** A paper's page: what it claims, what our runs show, where paper and code differ, and where each number comes from. */
export async function paperPage(
  paper: Paper,
  cohorts: readonly Cohort[],
  overhead: OverheadFile | null,
  assets: PageAssets,
  footer: Content,
): Promise<string> {
  const shown = cohorts.length > 0 ? cohorts : [emptyCohort(paper)];
  const counts = (await verdictFrame(shown)).rows();
  const sections = await Promise.all(shown.map((cohort) => cohortSection(cohort)));
  const tiers = distinct(shown.map(({ tier }) => tier));
  const body = html`
    <h1>${paper.title}</h1>
    <p class="byline">${paper.venue}.${paper.url !== null && html` ${linked(paper.url)}`}</p>
    ${cohorts.length > 0 ? tiers.map(tierBanner) : notRunBanner(paper)}
    <p class="lead">${linked(paper.summary)}</p>
    ${contents(paper, shown)}
    <section aria-labelledby="verdicts">
      <h2 id="verdicts">Verdicts</h2>
      ${verdictTable(shown, counts, paperName)}
    </section>
    ${sections} ${unplacedTable(paper, shown)} ${overheadSection(paper, overhead)}
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
      <p>
        Every number above links here: to its run, or to the runs whose mean it is. A run’s hash covers everything that can change its
        result.
      </p>
      ${shown.map(
        (cohort) =>
          html`<section aria-labelledby="${anchor('provenance', cohort.id)}">
            <h3 id="${anchor('provenance', cohort.id)}">${cohortTitle(cohort)}</h3>
            ${cohort.runs.length > 0 ? provenanceSection(cohort) : html`<p>No runs yet.</p>`}
          </section>`,
      )}
    </section>
  `;
  const trail = [{ title: 'Distillery', href: 'index.html' }, { title: paperName(paper) }];
  return pageHtml({ title: paperHeading(paper), description: paper.summary, trail, body, footer }, assets, 'beside');
}

function notRunBanner(paper: Paper): Html {
  return html`<div class="tier-banner" role="note">
    <p><strong>Not run</strong></p>
    <p>There are no results of this paper yet. <code>npm run reproduce -- ${paper.id}</code> makes them.</p>
  </div>`;
}

function cohortTitle({ tier, train, engine, runs }: Cohort): string {
  return runs.length > 0 ? `${TIER_TEXT[tier].heading.split(':')[0] as string}, trained on ${train}, engine ${engine}` : 'Nothing was run';
}

async function cohortSection(cohort: Cohort): Promise<Html> {
  const { id, experiments, shown, evaluate, tier } = cohort;
  const seeds = distinct(shown.map(({ spec }) => spec.seed)).sort((a, b) => a - b);
  const parts: Html[] = [];
  for (const experiment of experiments) parts.push(await experimentSection(cohort, experiment));
  return html`<section aria-labelledby="${anchor('cohort', id)}">
    <h2 id="${anchor('cohort', id)}">${cohortTitle(cohort)}</h2>
    ${
      shown.length > 0 &&
      html`${tier === 'smoke' && tierBanner(tier)}
        <p>
          ${count(shown.length, 'run')} under ${seeds.length === 1 ? 'seed' : 'seeds'} ${listed(seeds.map(String))}, evaluated on
          ${listed(evaluate)}. A mean is over images and then over seeds; ± is half of its 95 % t interval over seeds and is absent where
          there is one seed.
        </p>
        ${standInNotice(cohort)}`
    }
    ${parts}
  </section>`;
}

function contents({ divergences }: Paper, cohorts: readonly Cohort[]): Html {
  const item = (id: string, title: string, children: Content = null) => html`<li><a href="#${id}">${title}</a>${children}</li>`;
  const experiments = (cohort: Cohort, list: readonly Experiment[]) =>
    html`<ol>
      ${list.map((experiment) => item(anchor('experiment', cohort.id, experiment.id), experiment.title))}
    </ol>`;
  return html`<nav class="contents" aria-labelledby="contents">
    <h2 id="contents">Contents</h2>
    <ol>
      ${item('verdicts', 'Verdicts')}
      ${cohorts.map((cohort) => item(anchor('cohort', cohort.id), cohortTitle(cohort), experiments(cohort, cohort.experiments)))}
      ${item('overhead', 'Cost of a training step')} ${divergences.length > 0 && item('divergences', 'Where paper and code differ')}
      ${item('protocols', 'Protocols')} ${item('provenance', 'Provenance')}
    </ol>
  </nav>`;
}
