import { DEFAULT_PROTOCOL, type ArmRef, type DirectionClaim, type Verdict } from '@distillery/lab';
import { unitOf } from '@distillery/metrics';
import { groupHref } from './anchors';
import { cohortStamp } from './badges';
import { verdictsOf } from './claims/best-verdicts';
import { multiplicityNote, registrationNote, survivors } from './evidence-notes';
import type { Cohort } from './cohort';
import { digitsOf, grouped, signed } from './format';
import { html, type Content, type Html } from './html';
import { tableNotes, type Notes } from './notes';
import { headerRow, scrollable, type Column } from './table';
import { verdictBadge } from './glossary/verdict-badge';
import { reasonOf } from './verdicts';

const COLUMNS: readonly Column[] = [
  { title: 'Claim' },
  { title: 'Published', align: 'right' },
  { title: 'Ours', align: 'right' },
  { title: '95 % interval', align: 'right' },
  { title: 'Visible from', align: 'right' },
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
  const judged = claims.map((claim) => judge(cohort, claim));
  const reasons = judged.flatMap(({ overall, parts }) => [overall, ...parts].map(({ reason }) => reason));
  const context: RowContext = { cohort, notes: tableNotes(id), reasons, survivors: survivors(judged) };
  const caption = `What is claimed, and what our runs show: differences paired over seeds and images, positive where they agree; ${cohortStamp(cohort)}`;
  const table = html`<table class="sticky">
    <caption>
      <span class="stay">${caption}</span>
    </caption>
    <thead>
      ${headerRow(COLUMNS)}
    </thead>
    ${judged.map((verdicts) => claimRows(verdicts, context))}
  </table>`;
  return html`<div class="wide" id="${id}">
    ${scrollable('Claimed directions and our differences', table)}
    <p class="below">
      Published differences are within the paper’s own protocol, ours within ${DEFAULT_PROTOCOL} in a single pass. They stand side by side
      and are never subtracted from one another. “Visible from”: the smallest difference that a comparison with this spread would have found
      with 80 % probability.
    </p>
    ${[multiplicityNote(judged), registrationNote(judged, cohort.shown)].map((note) => note && html`<p class="below">${note}</p>`)}
    ${context.notes.list()}
  </div>`;
}

interface RowContext {
  readonly cohort: Cohort;
  readonly notes: Notes;
  /** All reasons of the table: one that several rows share is a note. */
  readonly reasons: readonly string[];
  /** The verdicts that are left after Holm's correction. */
  readonly survivors: ReadonlySet<Verdict>;
}

/** A claim with its verdict, and those by dataset if there are several. */
interface Judged {
  readonly claim: DirectionClaim;
  readonly overall: Verdict;
  /** The dataset that `overall` speaks of, if it is only one. */
  readonly dataset: string | null;
  readonly parts: readonly Verdict[];
}

function judge(cohort: Cohort, claim: DirectionClaim): Judged {
  const { overall, byDataset } = verdictsOf(cohort, claim);
  if (byDataset.length === 1) return { claim, overall, dataset: byDataset[0]?.dataset ?? null, parts: [] };
  return { claim, overall, dataset: null, parts: byDataset };
}

function claimRows({ claim, overall, dataset, parts }: Judged, context: RowContext): Html {
  return html`<tbody>
    <tr>
      <th scope="row">
        ${claim.statement}${context.notes.mark(`${claim.table}: ${claim.source}.`)}<span class="printed"
          >${sides(context.cohort, claim)}</span
        >
      </th>
      ${verdictCells(claim, overall, dataset, context)}
    </tr>
    ${parts.map(
      (verdict) =>
        html`<tr>
          <th scope="row">on ${verdict.dataset}</th>
          ${verdictCells(claim, verdict, verdict.dataset, context)}
        </tr>`,
    )}
  </tbody>`;
}

function wasRun({ shown }: Cohort, { arm }: ArmRef, scale: number): boolean {
  return shown.some(({ spec }) => spec.recipe.arm === arm && spec.recipe.scale === scale);
}

function sides(cohort: Cohort, { better, worse, scale }: DirectionClaim): Content {
  const side = (ref: ArmRef) => {
    const name = wasRun(cohort, ref, scale) ? html`<a href="${groupHref(cohort, ref.arm, scale)}">${ref.arm}</a>` : ref.arm;
    return html`${name} (${ref.network})`;
  };
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

function verdictCells(claim: DirectionClaim, verdict: Verdict, dataset: string | null, context: RowContext): Html {
  const { cohort, notes, reasons } = context;
  const digits = digitsOf(claim.metric) + 1;
  const unit = unitOf(claim.metric);
  const bothRun = wasRun(cohort, claim.better, claim.scale) && wasRun(cohort, claim.worse, claim.scale);
  const absent = html`<span class="absent">${bothRun ? 'not compared' : 'not run'}</span>`;
  const { meanDifference: mean, ci, detectable, n, images, seeds, kind, reason } = verdict;
  const none = html`<span class="absent">none</span>`;
  const interval = ci ? `${signed(ci[0], digits)} to ${signed(ci[1], digits)}` : none;
  return html`<td class="num">${publishedGain(claim, dataset, notes)}</td>
    <td class="num">${mean === null ? absent : `${signed(mean, digits)}${unit}`}</td>
    <td class="num">${n > 0 ? interval : absent}</td>
    <td class="num">${n > 0 ? (detectable?.toFixed(digits) ?? none) : absent}</td>
    <td class="num">${n > 0 ? grouped(images) : absent}</td>
    <td class="num">${n > 0 ? grouped(seeds) : absent}</td>
    <td>${verdictBadge(kind)}${context.survivors.has(verdict) && ' †'}${reasonOf(reason, reasons, notes)}</td>`;
}
