import { DEFAULT_PROTOCOL, publishedEffect, type ArmRef, type DirectionClaim, type Verdict } from '@distillery/lab';
import { unitOf } from '@distillery/metrics';
import { groupHref } from './anchors';
import { cohortStamp } from './badges';
import { verdictsOf } from './claims/best-verdicts';
import { multiplicityNote, registrationNote, survivors } from './evidence-notes';
import { armLabel, type Cohort } from './cohort';
import { count, digitsOf, grouped, listed, signed } from './format';
import { html, type Content, type Html } from './html';
import { tableNotes, type Notes } from './notes';
import { headerRow, scrollable, type Column } from './table';
import { verdictBadge } from './glossary/verdict-badge';
import { reasonOf } from './verdicts';

const COLUMNS: readonly Column[] = [
  { title: 'Claim' },
  { title: 'Published', align: 'right' },
  { title: 'Ours', align: 'right' },
  { title: '95 % interval', align: 'right', term: 'interval' },
  { title: 'Visible from', align: 'right', term: 'visible' },
  { title: 'Images', align: 'right' },
  { title: 'Seeds', align: 'right', term: 'seed' },
  { title: 'Verdict', term: 'verdict' },
];

/** Those of claims that were not run: there is nothing else to say of them. */
const NOT_RUN_COLUMNS: readonly Column[] = COLUMNS.slice(0, 2);

/**
 * Directions a paper claims, each with our paired difference: over all datasets, then dataset by dataset. Published differences
 * come from the paper's protocol, ours from a single pass under the default protocol; each is a difference within one protocol.
 * Claims that were not run follow, folded where others were.
 */
export function directionsTable(cohort: Cohort, id: string, claims: readonly DirectionClaim[]): Content {
  if (claims.length === 0) return null;
  const all = claims.map((claim) => judge(cohort, claim));
  const judged = all.filter(({ claim }) => bothRun(cohort, claim));
  const waiting = all.filter(({ claim }) => !bothRun(cohort, claim));
  const notes = tableNotes(id);
  const reasons = judged.map(({ claim, overall }) => reasonWithLabels(overall, claim, cohort));
  const context: RowContext = { cohort, notes, reasons, survivors: survivors(judged) };
  const caption = `What is claimed, and what our runs show: differences paired over seeds and images, positive where they agree; ${cohortStamp(cohort)}`;
  const compared =
    judged.length > 0 &&
    html`${claimsTable(
        'Claimed directions and our differences',
        caption,
        COLUMNS,
        judged.map((verdicts) => claimRows(verdicts, context)),
      )}
      <p class="below">
        Published differences are within the paper’s own protocol, ours within ${DEFAULT_PROTOCOL} in a single pass. They stand side by side
        and are never subtracted from one another.
      </p>
      ${[multiplicityNote(judged), registrationNote(judged, cohort.shown)].map((note) => note && html`<p class="below">${note}</p>`)}`;
  return html`<div class="wide" id="${id}">${compared} ${notRunClaims(waiting, context, judged.length > 0)} ${notes.list()}</div>`;
}

function claimsTable(label: string, caption: string, columns: readonly Column[], bodies: readonly Html[]): Html {
  const table = html`<table class="sticky claims">
    <caption>
      <span class="stay">${caption}</span>
    </caption>
    <thead>
      ${headerRow(columns)}
    </thead>
    ${bodies}
  </table>`;
  return scrollable(label, table);
}

/** What is claimed where nothing was run; one folded line under a table of those that were. */
function notRunClaims(waiting: readonly Judged[], context: RowContext, fold: boolean): Content {
  if (waiting.length === 0) return null;
  const rows = waiting.map(
    ({ claim }) =>
      html`<tr>
        ${claimHeader(claim, context)}
        <td class="num" data-label="published">${publishedGain(claim, null, context)}</td>
      </tr>`,
  );
  const title = `${count(waiting.length, 'claim')} ${waiting.length === 1 ? 'was' : 'were'} not run`;
  const table = claimsTable('Claimed directions that were not run', 'Claims that were not run', NOT_RUN_COLUMNS, [
    html`<tbody>
      ${rows}
    </tbody>`,
  ]);
  if (!fold) return table;
  return html`<details class="folded">
    <summary>${title}</summary>
    ${table}
  </details>`;
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
  const datasets = dataset === null ? parts.map((part) => part.dataset as string) : [dataset];
  // What stands under the verdict on all data sets together holds of each, unless its verdict is another.
  const withReason = (part: Verdict): boolean => part.kind !== overall.kind;
  return html`<tbody>
    <tr>
      ${claimHeader(claim, context)} ${verdictCells(claim, overall, datasets, true, context)}
    </tr>
    ${parts.map(
      (verdict) =>
        html`<tr>
          <th scope="row">on ${verdict.dataset}</th>
          ${verdictCells(claim, verdict, [verdict.dataset as string], withReason(verdict), context)}
        </tr>`,
    )}
  </tbody>`;
}

function claimHeader(claim: DirectionClaim, { cohort, notes }: RowContext): Html {
  return html`<th scope="row">
    ${claim.statement}${notes.mark(`${claim.table}: ${claim.source}.`)}<span class="printed">${sides(cohort, claim)}</span>
  </th>`;
}

function wasRun({ shown }: Cohort, { arm }: ArmRef, scale: number): boolean {
  return shown.some(({ spec }) => spec.recipe.arm === arm && spec.recipe.scale === scale);
}

function bothRun(cohort: Cohort, { better, worse, scale }: DirectionClaim): boolean {
  return wasRun(cohort, better, scale) && wasRun(cohort, worse, scale);
}

function sides(cohort: Cohort, { better, worse, scale }: DirectionClaim): Content {
  const side = (ref: ArmRef) => {
    const name = armLabel(cohort, ref);
    return wasRun(cohort, ref, scale) ? html`<a href="${groupHref(cohort, ref.arm, scale)}">${name}</a>` : name;
  };
  return html`${side(better)} against ${side(worse)}, ×${scale}`;
}

/** The published difference on the data sets that were tested, in the mean where they are several; a list of all there are. */
function publishedGain(claim: DirectionClaim, datasets: readonly string[] | null, { notes }: RowContext): Content {
  if (!claim.verified) return html`<span class="absent">not available</span>`;
  if (claim.published === null) return html`<span class="absent">direction only</span>`;
  const digits = digitsOf(claim.metric);
  const printed = Object.keys(claim.published);
  const tested = datasets?.filter((name) => printed.includes(name)) ?? printed;
  const all = Object.entries(claim.published).map(([name, gain]) => `${name} ${signed(gain, digits)}`);
  const value = publishedEffect(claim, tested);
  if (value === null) return html`<span class="absent">other data</span>${notes.mark(`Published: ${all.join(', ')}.`)}`;
  return html`${signed(value, digits)}${tested.length > 1 && notes.mark(`Published: ${all.join(', ')}; here ${tested.length === printed.length ? 'their mean' : `the mean over ${listed(tested)}`}.`)}`;
}

function verdictCells(
  claim: DirectionClaim,
  verdict: Verdict,
  datasets: readonly string[],
  withReason: boolean,
  context: RowContext,
): Html {
  const { cohort, notes, reasons } = context;
  const digits = digitsOf(claim.metric) + 1;
  const unit = unitOf(claim.metric);
  const absent = html`<span class="absent">not compared</span>`;
  const { meanDifference: mean, ci, detectable, n, images, seeds, kind } = verdict;
  const none = html`<span class="absent">none</span>`;
  const interval = ci ? `${signed(ci[0], digits)} to ${signed(ci[1], digits)}` : none;
  return html`<td class="num" data-label="published">${publishedGain(claim, datasets, context)}</td>
    <td class="num" data-label="ours">${mean === null ? absent : `${signed(mean, digits)}${unit}`}</td>
    <td class="num" data-label="95 % interval">${n > 0 ? interval : absent}</td>
    <td class="num" data-label="visible from">${n > 0 ? (detectable?.toFixed(digits) ?? none) : absent}</td>
    <td class="num" data-label="images">${n > 0 ? grouped(images) : absent}</td>
    <td class="num" data-label="seeds">${n > 0 ? grouped(seeds) : absent}</td>
    <td class="verdict-of">
      ${verdictBadge(kind)}${context.survivors.has(verdict) && ' †'}${withReason && reasonOf(reasonWithLabels(verdict, claim, cohort), reasons, notes)}
    </td>`;
}

/** A reason names an arm by its id; a reader knows it by its label. */
function reasonWithLabels({ reason }: Verdict, { better, worse }: DirectionClaim, cohort: Cohort): string {
  return [better, worse].reduce((text, ref) => text.replace(`${ref.arm} (${ref.network})`, `“${armLabel(cohort, ref)}”`), reason);
}
