import { unitOf } from '@distillery/metrics';
import { groupHref, runHref } from './anchors';
import type { Cohort } from './cohort';
import { groupBy, meanOf } from './collections';
import type { ComparisonRow } from './comparison';
import { count, digitsOf, fixed, grouped, signed } from './format';
import { html, type Content, type Html } from './html';
import { tableNotes, type Notes } from './notes';
import { headerRow, scrollable, type Column } from './table';
import { verdictBadge } from './glossary/verdict-badge';
import { reasonOf } from './verdicts';

const PASSES = { x8: '×8', single: '1×' } as const;

interface RowContext {
  readonly cohort: Cohort;
  readonly rows: readonly ComparisonRow[];
  readonly notes: Notes;
}

interface RowColumn extends Column {
  /** Whether there is anything to show; always, if absent. */
  needed?(rows: readonly ComparisonRow[]): boolean;
  cell(row: ComparisonRow, context: RowContext): Content;
}

const ran = (rows: readonly ComparisonRow[]): boolean => rows.some(({ seeds }) => seeds !== '');
const claimed = (rows: readonly ComparisonRow[]): boolean => rows.some(({ availability }) => availability !== 'none');
const ensembled = (rows: readonly ComparisonRow[]): boolean =>
  rows.some(({ ensemble, publishedPasses }) => ensemble !== null || publishedPasses === 'x8');

const COLUMNS: readonly RowColumn[] = [
  { title: 'Published', align: 'right', needed: claimed, cell: publishedCell },
  {
    title: 'Ours, ×8 ensemble',
    align: 'right',
    needed: (rows) => ran(rows) && ensembled(rows),
    cell: (row, { cohort }) => oursCell(cohort, row, row.ensemble, row.ensembleHalf),
  },
  { title: 'Ours, single pass', align: 'right', needed: ran, cell: (row, { cohort }) => oursCell(cohort, row, row.single, row.singleHalf) },
  { title: 'Ours − published', align: 'right', needed: (rows) => ran(rows) && claimed(rows), cell: differenceCell },
  { title: 'Images', align: 'right', needed: ran, cell: (row) => (row.images > 0 ? grouped(row.images) : absent('not run')) },
  { title: 'Seeds', needed: ran, cell: (row, { cohort }) => seedLinks(cohort, row) },
  { title: 'Verdict', needed: (rows) => ran(rows) && claimed(rows), cell: verdictCell },
];

/**
 * Published beside ours for rows of one metric under one protocol, grouped by dataset. A difference stands only where both sides
 * were measured with the same number of passes; every cell without a number says why. Where nothing was run there is nothing beside the published.
 */
export function comparisonTable(cohort: Cohort, id: string, caption: string, rows: readonly ComparisonRow[]): Html {
  const context = { cohort, rows, notes: tableNotes(id) };
  const columns = COLUMNS.filter(({ needed }) => needed?.(rows) ?? true);
  const groups = groupBy(rows, ({ dataset, scale }) => `${dataset}, ×${scale}`);
  const table = html`<table class="sticky">
    <caption>
      <span class="stay">${caption}</span>
    </caption>
    <thead>
      ${headerRow([{ title: 'Network' }, ...columns])}
    </thead>
    ${[...groups].map(
      ([title, members]) =>
        html`<tbody>
          <tr class="group">
            <th scope="rowgroup" colspan="${columns.length + 1}"><span class="stay">${title}</span></th>
          </tr>
          ${members.map((row) => bodyRow(row, columns, context))}
        </tbody>`,
    )}
  </table>`;
  return html`<div class="wide" id="${id}">${scrollable(caption, table)} ${conversionNote(rows)} ${context.notes.list()}</div>`;
}

function bodyRow(row: ComparisonRow, columns: readonly RowColumn[], context: RowContext): Html {
  return html`<tr>
    <th scope="row">${row.label}${row.printed !== null && html`<span class="printed">${row.printed}</span>`}</th>
    ${columns.map(({ align, cell }) => html`<td ${align && html`class="num"`}>${cell(row, context)}</td>`)}
  </tr>`;
}

function publishedCell(row: ComparisonRow, { notes }: RowContext): Content {
  if (row.availability === 'none') return absent('none');
  const source = row.source !== null && notes.mark(`Published: ${row.source}.`);
  if (row.published === null) return html`${absent('not available')}${source}`;
  const suspect = row.suspect !== null && html` <span class="suspect">suspect</span>${notes.mark(`Suspect: ${row.suspect}.`)}`;
  return html`${fixed(row.published, digitsOf(row.metric))} ${passesOf(row)}${source}${suspect}`;
}

function passesOf({ publishedPasses }: ComparisonRow): Content {
  return publishedPasses && html`<span class="passes">${PASSES[publishedPasses]}</span>`;
}

function oursCell(cohort: Cohort, row: ComparisonRow, mean: number | null, half: number | null): Content {
  if (mean === null) return absent(row.seeds === '' ? 'not run' : 'not measured');
  const digits = digitsOf(row.metric);
  const spread = half !== null && html` <span class="plus-minus">±${fixed(half, digits)}</span>`;
  return html`<a class="value" href="${groupHref(cohort, row.arm, row.scale)}">${fixed(mean, digits)}</a>${spread}`;
}

function differenceCell(row: ComparisonRow, { notes }: RowContext): Content {
  if (row.difference !== null) return html`${signed(row.difference, digitsOf(row.metric))} ${passesOf(row)}`;
  if (row.published === null)
    return html`<span class="absent" aria-hidden="true">–</span><span class="visually-hidden">nothing to compare with</span>`;
  if (row.seeds === '') return absent('not run');
  const [theirs, ours] =
    row.publishedPasses === 'x8' ? ['with ×8 self-ensemble', 'in a single pass'] : ['in a single pass', 'with ×8 self-ensemble'];
  return html`${absent('not comparable')}${notes.mark(`Published ${theirs}, ours measured only ${ours}: such a pair is never subtracted.`)}`;
}

function seedLinks(cohort: Cohort, row: ComparisonRow): Content {
  if (row.seeds === '') return absent('not run');
  const hashes = row.hashes.split(' ');
  return row.seeds
    .split(' ')
    .map((seed, i) => [i > 0 && ' ', html`<a href="${runHref(cohort, hashes[i] as string)}" aria-label="run of seed ${seed}">${seed}</a>`]);
}

function verdictCell(row: ComparisonRow, { rows, notes }: RowContext): Content {
  if (row.verdict === null) return absent('no claim');
  const reasons = rows.map(({ reason }) => reason);
  return html`${verdictBadge(row.verdict)}${reasonOf(row.reason, reasons, notes)}`;
}

function absent(text: string): Html {
  return html`<span class="absent">${text}</span>`;
}

/**
 * What self-ensemble does to our own scores: the note that lets published x8 values stand beside single-pass ones. Nothing if no
 * network was measured both ways.
 */
function conversionNote(rows: readonly ComparisonRow[]): Content {
  const both = rows.flatMap(({ ensemble, single }) => (ensemble !== null && single !== null ? [ensemble - single] : []));
  const first = rows[0];
  if (!first || both.length === 0) return null;
  const digits = digitsOf(first.metric) + 1;
  const unit = unitOf(first.metric);
  const range = `${signed(Math.min(...both), digits)} to ${signed(Math.max(...both), digits)}${unit}`;
  return html`<p class="below">
    ×8 is the mean over eight flips and rotations of the input, 1× a single pass. On our networks ×8 changes the score by
    ${signed(meanOf(both), digits)}${unit} on average (${range}, ${count(both.length, 'pair')}). A difference is taken only between values
    measured the same way.
  </p>`;
}
