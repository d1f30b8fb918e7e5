import type { Experiment } from '@distillery/lab';
import { MAIN_METRIC, METRIC_IDS, METRICS } from '@distillery/metrics';
import { cohortStamp } from './badges';
import { tierBadge } from './glossary/tier-badge';
import { runsOfArm, type Cohort } from './cohort';
import { groupBy, distinct } from './collections';
import { comparisonFrame, type ComparisonRow } from './comparison';
import { comparisonTable } from './comparison-table';
import { imageComparisons } from './crops';
import { directionsTable } from './directions-table';
import { figureGrid, type Figure } from './figure';
import { curveFigures } from './figures/curves';
import { explained } from './glossary/term';
import { sweepFigures } from './figures/sweep';
import { tradeoffFigures } from './figures/tradeoff';
import { validationFigures } from './figures/validation';
import { count, listed, metricTitle } from './format';
import { anchor, html, type Content, type Html } from './html';

/**
 * An experiment: its claims, its figure, its numbers, its pictures (unless they stand elsewhere on the page), its training curves. The figure of a ranking stands
 * at the top of the page.
 */
export async function experimentSection(cohort: Cohort, experiment: Experiment, withPictures = true): Promise<Html> {
  const id = anchor('experiment', cohort.id, experiment.id);
  const all = (await comparisonFrame(cohort, experiment)).rows();
  const rows = all.filter(({ seeds, availability }) => seeds !== '' || availability !== 'none');
  const directions = cohort.paper.directions.filter((claim) => claim.experiment === experiment.id);
  const figures = resultFigures(cohort, experiment);
  const claims = html`${directionsTable(cohort, anchor(id, 'directions'), directions)}`;
  const results = html`${figures.length > 0 && figureGrid(figures)} ${comparisons(cohort, id, rows)} ${notRunArms(all, rows)}`;
  return html`<section aria-labelledby="${id}">
    <h3 id="${id}">${experiment.title}</h3>
    ${cohort.runs.length > 0 && html`<p class="stamp">${tierBadge(cohort.tier)} engine ${cohort.engine}, trained on ${cohort.train}</p>`}
    <p>${explained(experiment.caption)}</p>
    ${leftOutNotice(cohort, experiment)}
    ${experiment.kind === 'ranking' ? [results, folded('Claim by claim', [claims])] : [claims, results]}
    ${withPictures && pictures(cohort, experiment)} ${trainingCurves(cohort, experiment)}
  </section>`;
}

function resultFigures(cohort: Cohort, experiment: Experiment): Figure[] {
  switch (experiment.kind) {
    case 'table':
    case 'ranking':
      return [];
    case 'sweep':
      return sweepFigures(cohort, experiment, experiment.xTitle ?? experiment.id.replace(/-/g, ' '));
    case 'tradeoff':
      return tradeoffFigures(cohort, experiment);
  }
}

function leftOutNotice(cohort: Cohort, experiment: Experiment): Content {
  const leftOut = distinct(experiment.arms.flatMap((arm) => runsOfArm(cohort.runs, arm).leftOut));
  if (leftOut.length === 0) return null;
  const arms = distinct(leftOut.map(({ spec }) => spec.recipe.arm));
  return html`<p class="stand-in">
    <strong>Left out:</strong> ${count(leftOut.length, 'run')} of ${listed(arms)} under a recipe that differs from the one shown.
  </p>`;
}

/** The arms that have neither a measured nor a published number: a line instead of rows of empty cells. */
function notRunArms(all: readonly ComparisonRow[], shown: readonly ComparisonRow[]): Content {
  const named = new Set(shown.map(({ label }) => label));
  const labels = distinct(all.map(({ label }) => label)).filter((label) => !named.has(label));
  return labels.length > 0 && html`<p class="below">Not run: ${listed(labels.map((label) => `“${label}”`))}.</p>`;
}

/** Tables by metric and protocol. The main metric under the protocol of the published values comes first; the rest opens on demand. */
function comparisons(cohort: Cohort, id: string, rows: readonly ComparisonRow[]): Content {
  const measured = new Set(rows.filter(({ seeds }) => seeds !== '').map(({ dataset }) => dataset));
  return METRIC_IDS.map((metric) => {
    const ofMetric = rows.filter((row) => row.metric === metric);
    const [here, elsewhere] = [true, false].map((wanted) =>
      groupBy(
        ofMetric.filter(({ dataset }) => (measured.size === 0 || measured.has(dataset)) === wanted),
        ({ protocol }) => protocol,
      ),
    ) as [Map<string, ComparisonRow[]>, Map<string, ComparisonRow[]>];
    const claimed = [...here].filter(([, group]) => group.some(({ availability }) => availability !== 'none'));
    const main = claimed.length > 0 ? claimed : [...here].slice(0, 1);
    const others = [...here].filter((entry) => !main.some(([protocol]) => protocol === entry[0]));
    const table =
      (part: string) =>
      ([protocol, group]: readonly [string, ComparisonRow[]]) =>
        comparisonTable(
          cohort,
          anchor(id, metric, part, protocol),
          `${metricTitle(metric)}, protocol ${protocol}, ${cohortStamp(cohort)}`,
          group,
        );
    const first = main.map(table('main'));
    const rest = [...others.map(table('other')), ...[...elsewhere].map(table('elsewhere'))];
    const untested = distinct([...elsewhere.values()].flat().map(({ dataset }) => dataset));
    const more = [
      ...(others.length > 0 ? [`under ${listed(others.map(([protocol]) => protocol))}`] : []),
      ...(untested.length > 0 ? [`published on ${listed(untested)}, not tested here`] : []),
    ].join('; ');
    const { title } = METRICS[metric];
    if (metric === MAIN_METRIC) return [first, folded(`${title} ${more}`, rest)];
    return folded([title, more].filter(Boolean).join('; also '), [...first, ...rest]);
  });
}

function folded(title: string, content: readonly Html[]): Content {
  return (
    content.length > 0 &&
    html`<details class="folded wide">
      <summary>${title}</summary>
      ${content}
    </details>`
  );
}

/** The same images again, by other arms: on demand. */
function pictures(cohort: Cohort, experiment: Experiment): Content {
  if (experiment.kind !== 'table' && experiment.kind !== 'ranking') return null;
  const figures = imageComparisons(cohort, experiment);
  return folded(`Pictures: ${count(figures.length, 'image')} by every arm`, figures);
}

/** Whether the arms had finished learning is seen at once; their losses open on demand. */
function trainingCurves(cohort: Cohort, experiment: Experiment): Content {
  const [validation, losses] = [validationFigures(cohort, experiment), curveFigures(cohort, experiment)];
  if (experiment.kind !== 'table') return folded('Training curves', figureGrids(validation, losses));
  return [figureGrids(validation), folded('Training losses', figureGrids(losses))];
}

function figureGrids(...figures: readonly (readonly Figure[])[]): Html[] {
  return figures.flatMap((group) => (group.length > 0 ? [figureGrid(group)] : []));
}
