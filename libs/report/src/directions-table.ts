import { DEFAULT_PROTOCOL, directionVerdict, type ArmRef, type DirectionClaim, type Verdict } from '@distillery/lab';
import { groupAnchor } from './anchors';
import { cohortStamp } from './badges';
import type { Cohort } from './cohort';
import { digitsOf, grouped, signed } from './format';
import { html, type Content, type Html } from './html';
import { tableNotes, type Notes } from './notes';
import { headerRow, scrollable, type Column } from './table';
import { reasonText, verdictBadge } from './verdicts';

const COLUMNS: readonly Column[] = [
  { title: 'Claim' },
  { title: 'Published', align: 'right' },
  { title: 'Ours', align: 'right' },
  { title: '95 % interval', align: 'right' },
  { title: 'Images', align: 'right' },
  { title: 'Seeds', align: 'right' },
  { title: 'Verdict' },
];

/**
 * Directions a paper claims, each with our paired difference: over all datasets, then dataset by dataset. Published differences
 * come from the paper's protocol, ours from a single pass under the default protocol; each is a difference within one protocol.
 */
export function directionsTable(cohort: Cohort, id: string, claims: readonly DirectionClaim[]): Content {
  if (claims.length === 0) return null;
  const notes = tableNotes(id);
  const caption = `What is claimed, and what our runs show: differences paired over seeds and images, positive where they agree; ${cohortStamp(cohort)}`;
  const table = html`<table class="sticky">
    <caption>
      <span class="stay">${caption}</span>
    </caption>
    <thead>
      ${headerRow(COLUMNS)}
    </thead>
    ${claims.map((claim) => claimRows(cohort, claim, notes))}
  </table>`;
  return html`<div class="wide" id="${id}">
    ${scrollable('Claimed directions and our differences', table)}
    <p class="below">
      Published differences are within the paper’s own protocol, ours within ${DEFAULT_PROTOCOL} in a single pass. They stand side by side
      and are never subtracted from one another.
    </p>
    ${notes.list()}
  </div>`;
}

function claimRows(cohort: Cohort, claim: DirectionClaim, notes: Notes): Html {
  const { overall, byDataset } = directionVerdict(claim, cohort.shown, cohort.tier);
  const [only] = byDataset.length === 1 ? byDataset : [];
  const head = html`<tr>
    <th scope="row">
      ${claim.statement}${notes.mark(`${claim.table}: ${claim.source}.`)}<span class="printed">${sides(cohort, claim)}</span>
    </th>
    ${verdictCells(claim, overall, publishedGain(claim, only?.dataset ?? null, notes))}
  </tr>`;
  const parts = only ? [] : byDataset;
  return html`<tbody>
    ${head}
    ${parts.map(
      (verdict) =>
        html`<tr>
          <th scope="row"><span class="part">on ${verdict.dataset}</span></th>
          ${verdictCells(claim, verdict, publishedGain(claim, verdict.dataset, notes))}
        </tr>`,
    )}
  </tbody>`;
}

function sides(cohort: Cohort, { better, worse, scale }: DirectionClaim): Content {
  const wasRun = (arm: string) => cohort.shown.some(({ spec }) => spec.recipe.arm === arm && spec.recipe.scale === scale);
  const side = ({ arm, network }: ArmRef) =>
    html`${wasRun(arm) ? html`<a href="#${groupAnchor(cohort, arm, scale)}">${arm}</a>` : arm} (${network})`;
  return html`${side(better)} against ${side(worse)}, ×${scale}`;
}

/** The published difference on a dataset; over all of them, the list of what the paper has. */
function publishedGain(claim: DirectionClaim, dataset: string | null, notes: Notes): Content {
  if (!claim.verified) return html`<span class="absent">not available</span>`;
  if (claim.published === null) return html`<span class="absent">direction only</span>`;
  const digits = digitsOf(claim.metric);
  const value = dataset === null ? undefined : claim.published[dataset];
  if (value !== undefined) return signed(value, digits);
  const all = Object.entries(claim.published).map(([name, gain]) => `${name} ${signed(gain, digits)}`);
  return html`<span class="absent">other data</span>${notes.mark(`Published: ${all.join(', ')}.`)}`;
}

function verdictCells(claim: DirectionClaim, verdict: Verdict, published: Content): Html {
  const digits = digitsOf(claim.metric) + 1;
  const unit = claim.metric === 'psnr' ? ' dB' : '';
  const absent = html`<span class="absent">not run</span>`;
  const { meanDifference: mean, ci, n, images, seeds, kind, reason } = verdict;
  return html`<td class="num">${published}</td>
    <td class="num">${mean === null ? absent : `${signed(mean, digits)}${unit}`}</td>
    <td class="num">
      ${ci ? `${signed(ci[0], digits)} to ${signed(ci[1], digits)}` : n > 0 ? html`<span class="absent">none</span>` : absent}
    </td>
    <td class="num">${n > 0 ? grouped(images) : absent}</td>
    <td class="num">${n > 0 ? grouped(seeds) : absent}</td>
    <td>${verdictBadge(kind)}${reasonText(reason)}</td>`;
}
