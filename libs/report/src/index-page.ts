import { VERDICTS, isDecided, type InstrumentFile, type Paper } from '@distillery/lab';
import { MAIN_METRIC, METRICS } from '@distillery/metrics';
import { AGAINST_HREF } from './against/against-page';
import type { PageAssets } from './assets';
import { TIER_TEXT } from './badges';
import { claimRow } from './claims/claim-forest';
import { byDifference, byWeight, isHeadline, isOfRanking, bestVerdicts, type BestVerdict } from './claims/best-verdicts';
import { verdictSentence } from './claims/verdict-sentence';
import { emptyCohort, type Cohort } from './cohort';
import { distinct } from './collections';
import { forestPlot, type ForestRow } from './forest/forest';
import { listed } from './format';
import { glossarySection } from './glossary/glossary-section';
import { explained, term } from './glossary/term';
import { verdictBadge } from './glossary/verdict-badge';
import { html, type Content, type Html } from './html';
import { instrumentNotice } from './instrument/instrument-notice';
import { pageHtml } from './page';
import { paperName, titleAfterName } from './paper-name';
import { SMOKE_HREF } from './smoke-page';
import { verdictFrame } from './verdict-counts';
import { verdictTable } from './verdict-table';

/** Where a paper's page lies beside the index. */
export function paperHref(paper: Paper): string {
  return `${paper.id}.html`;
}

/** Claims of a paper in the index's figure. */
const SHOWN = 3;

/** What the index is made of. */
export interface IndexInput {
  readonly papers: readonly Paper[];
  /** Those that are evidence, strongest first. */
  readonly cohorts: ReadonlyMap<Paper, readonly Cohort[]>;
  /** Whether there is a page on runs that are no evidence. */
  readonly smoke: boolean;
  /** What the results are set against on a page of its own; null: there is none. */
  readonly against: string | null;
  readonly instrument: InstrumentFile | null;
}

/** A paper with what came of its claims. */
interface Judged {
  readonly paper: Paper;
  readonly cohorts: readonly Cohort[];
  readonly claims: readonly BestVerdict[];
  readonly headline: (claim: BestVerdict['claim']) => boolean;
}

/** The index: what holds and what does not in one figure and a sentence per paper, then how to read it. */
export async function indexPage(
  { papers, cohorts, smoke, against, instrument }: IndexInput,
  assets: PageAssets,
  footer: Content,
): Promise<string> {
  const judged = papers.map((paper): Judged => {
    const own = cohorts.get(paper) ?? [];
    return {
      paper,
      cohorts: own,
      claims: bestVerdicts(paper, own),
      headline: isHeadline(paper, own.length > 0 ? own : [emptyCohort(paper)]),
    };
  });
  const shown = judged.flatMap(({ paper, cohorts: own }) => (own.length > 0 ? own : [emptyCohort(paper)]));
  const counts = (await verdictFrame(shown)).rows();
  const body = html`
    <h1>Does the published number hold?</h1>
    <p class="lead answer">${answer(judged)}</p>
    ${
      against !== null &&
      html`<p>
        <a href="${AGAINST_HREF}">What moved against <code>${against}</code></a>
      </p>`
    }
    ${headlineFigure(judged)}
    <section aria-labelledby="papers">
      <h2 id="papers">Paper by paper</h2>
      <dl class="sentences">
        ${judged.map(
          ({ paper, claims, headline, cohorts: own }) =>
            html`<div>
              <dt>
                <a href="${paperHref(paper)}">${paperName(paper)}</a> <span class="muted">${titleAfterName(paper)}, ${paper.venue}</span>
              </dt>
              <dd>${verdictSentence(claims, headline, own)}</dd>
            </div>`,
        )}
      </dl>
      <details class="folded wide">
        <summary>All verdicts, counted</summary>
        ${verdictTable(shown, counts, (paper) => html`<a href="${paperHref(paper)}">${paperName(paper)}</a>, ${titleAfterName(paper)}.`)}
      </details>
    </section>
    ${instrumentNotice(instrument)}
    <section aria-labelledby="reading">
      <h2 id="reading">How to read this</h2>
      <p>
        Every score belongs to a ${term('protocol', 'protocol')}: colour space, border, rounding, window. Scores under different protocols
        are never subtracted, and a published ×8 ${term('self-ensemble', 'self-ensemble')} is held against our ×8 self-ensemble only. A
        published number that could not be verified is shown as not available; one that looks misprinted is shown and marked as
        ${term('suspect', 'suspect')}. Words with a dotted line explain themselves when pointed at or focused; all of them stand here.
      </p>
      <h3 id="glossary">Glossary</h3>
      ${glossarySection()}
    </section>
    <section aria-labelledby="again">
      <h2 id="again">Run it again</h2>
      <p>With Node and npm, on any machine, offline after the install:</p>
      <pre class="command"><code>npm ci &amp;&amp; npm run reproduce</code></pre>
      <p>
        That runs every paper for seconds, as a check of the machinery; <code>npx distillery reproduce csd --tier small</code>, for example,
        makes evidence. Every number on a paper’s page links to its runs: recipe, seed, engine, versions, commit, data, values of each
        image, and the command that recomputes
        it.${smoke && html` Whether the machinery runs at all is on <a href="${SMOKE_HREF}">a page of its own</a>.`}
      </p>
    </section>
  `;
  const description = 'Published claims on knowledge distillation in super-resolution, re-run and judged.';
  return pageHtml({ title: 'Distillery', description, trail: [{ title: 'Distillery' }], body, footer }, assets, { plotly: 'none' });
}

/** What holds and what does not, over all papers. */
function answer(judged: readonly Judged[]): Html {
  const all = judged.flatMap(({ claims }) => claims);
  const parts = VERDICTS.flatMap((kind): Html[] => {
    const n = all.filter(({ overall }) => overall.kind === kind && isDecided(overall)).length;
    return n > 0 ? [html`<b>${n}</b>${'\u00a0'}${verdictBadge(kind)}`] : [];
  });
  const decided = all.filter(({ overall }) => isDecided(overall)).length;
  const waiting = all.filter(({ overall }) => overall.kind === 'under-trained').length;
  const joined = parts.map((part, i) => [i > 0 && (i === parts.length - 1 ? ' and ' : ', '), part]);
  const rest = html`${waiting > 0 && html`${waiting} more were run but ${term('under-trained', 'had not finished learning')}; `}${
    all.length - decided - waiting
  }
  were not run.`;
  const claimed = html`Of ${all.length} claims that one network is better than another, in ${judged.length} studies of
  ${term('distillation', 'knowledge distillation')} for super-resolution,`;
  if (decided === 0) return html`${claimed} none is judged yet: ${rest}`;
  return html`${claimed} our runs judge ${decided}: ${joined}. ${rest}`;
}

function headlineFigure(judged: readonly Judged[]): Html {
  const used = judged.flatMap(({ cohorts }) => cohorts);
  const tiers = distinct(used.map(({ tier }) => tier));
  const circumstances =
    tiers.length > 0
      ? html`${tiers.map((tier, i) => [i > 0 && '; ', term(`${tier}-tier`, TIER_TEXT[tier].heading)])}; tested on
        ${listed(distinct(used.flatMap(({ evaluate }) => evaluate)))}; paired over ${term('seed', 'seeds')} and images`
      : 'nothing was run at a tier that is evidence';
  return forestPlot({
    id: 'headlines',
    title: explained(`What each paper claims first, and what our runs show: differences in ${METRICS[MAIN_METRIC].title}`),
    circumstances,
    metric: MAIN_METRIC,
    groups: [{ heading: null, rows: judged.flatMap(headlineRows) }],
  });
}

/**
 * The claims of a paper that the figure has room for: its headline claims, decided ones first, then others that are decided; of a ranking the largest differences among them.
 * Of a paper that was not run, one stands for all.
 */
function headlineRows({ paper, claims, headline, cohorts }: Judged): ForestRow[] {
  const ofMain = claims.filter(({ claim }) => claim.metric === MAIN_METRIC);
  const first = ofMain.filter(({ claim }) => headline(claim));
  const ranked = first
    .filter(({ claim }) => isOfRanking(claim, cohorts))
    .sort(byDifference)
    .sort(byWeight);
  const others = ofMain.filter(({ claim, overall }) => !headline(claim) && isDecided(overall) && claim.within === undefined);
  const candidates = oncePerComparison(ranked.length > 0 ? ranked : [...first.sort(byWeight), ...others]);
  const rows = candidates.filter(({ overall }) => overall.n > 0);
  return (rows.length > 0 ? rows.slice(0, SHOWN) : first.slice(0, 1)).map((judged, i): ForestRow => {
    const row = claimRow(judged, paperHref(paper));
    return { ...row, ...(i === 0 && { group: paperName(paper) }), ...(cohorts.length === 0 && { href: paperHref(paper) }) };
  });
}

/** Two tables of a paper may claim the same of the same two networks. */
function oncePerComparison(claims: readonly BestVerdict[]): BestVerdict[] {
  const key = ({ claim: { better, worse, scale, within } }: BestVerdict): string => JSON.stringify([better, worse, scale, within]);
  return claims.filter((judged, i) => claims.findIndex((other) => key(other) === key(judged)) === i);
}
