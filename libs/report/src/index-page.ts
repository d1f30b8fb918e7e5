import { VERDICTS, type InstrumentFile, type Paper } from '@distillery/lab';
import type { PageAssets } from './assets';
import { TIER_TEXT, tierBadge, tierBanner } from './badges';
import { emptyCohort, type Cohort } from './cohort';
import { distinct } from './collections';
import { html, type Content } from './html';
import { instrumentNotice } from './instrument/instrument-notice';
import { pageHtml } from './page';
import { verdictFrame } from './verdict-counts';
import { verdictTable } from './verdict-table';
import { VERDICT_MEANING, verdictBadge } from './verdicts';
import { paperName, titleAfterName } from './paper-name';

/** Where a paper's page lies beside the index. */
export function paperHref(paper: Paper): string {
  return `${paper.id}.html`;
}

/** The index: what this is, the verdicts over all papers, and how to read them. */
export async function indexPage(
  papers: readonly Paper[],
  cohorts: ReadonlyMap<Paper, readonly Cohort[]>,
  instrument: InstrumentFile | null,
  assets: PageAssets,
  footer: Content,
): Promise<string> {
  const run = papers.flatMap((paper) => cohorts.get(paper) ?? []);
  const shown = papers.flatMap((paper) => {
    const own = cohorts.get(paper) ?? [];
    return own.length > 0 ? own : [emptyCohort(paper)];
  });
  const counts = (await verdictFrame(shown)).rows();
  const body = html`
    <h1>Does the published number hold?</h1>
    <p class="lead">
      Distillery re-runs the tables and ablations of papers on knowledge distillation in single-image super-resolution, and says of every
      published claim whether our runs bear it out: from how many images and seeds, by how much, with which confidence.
    </p>
    ${distinct(run.map(({ tier }) => tier)).map(tierBanner)}
    <section aria-labelledby="verdicts">
      <h2 id="verdicts">Verdicts</h2>
      ${verdictTable(shown, counts, (paper) => html`<a href="${paperHref(paper)}">${paperName(paper)}</a>, ${titleAfterName(paper)}.`)}
    </section>
    ${instrumentNotice(instrument)}
    <section aria-labelledby="reading">
      <h2 id="reading">How to read this</h2>
      <h3>Verdicts</h3>
      <dl class="glossary">
        ${VERDICTS.map(
          (kind) =>
            html`<dt>${verdictBadge(kind)}</dt>
              <dd>${VERDICT_MEANING[kind]}</dd>`,
        )}
      </dl>
      <h3>Tiers</h3>
      <dl class="glossary">
        ${(['smoke', 'small', 'full'] as const).map(
          (tier) =>
            html`<dt>${tierBadge(tier)}</dt>
              <dd>${TIER_TEXT[tier].meaning}</dd>`,
        )}
      </dl>
      <h3>Numbers</h3>
      <p>
        Every score belongs to a protocol: colour space, border, rounding, window. Scores under different protocols are never subtracted,
        and a published ×8 self-ensemble is held against our ×8 self-ensemble only. A published number that could not be verified is shown
        as not available; one that looks misprinted is shown and marked as suspect.
      </p>
    </section>
    <section aria-labelledby="again">
      <h2 id="again">Run it again</h2>
      <p>With Node and npm, on any machine, offline after the install:</p>
      <pre class="command"><code>npm ci &amp;&amp; npm run reproduce</code></pre>
      <p>
        Each paper’s page ends with the provenance of every run: recipe, seed, engine, versions, commit, data, values of each image, and the
        command that recomputes it.
      </p>
    </section>
  `;
  const description = 'Published claims on knowledge distillation in super-resolution, re-run and judged.';
  return pageHtml({ title: 'Distillery', description, trail: [{ title: 'Distillery' }], body, footer }, assets, 'none');
}
