import type { Interval, VerdictKind } from '@distillery/lab';
import { unitOf, type MetricId } from '@distillery/metrics';
import { digitsOf, fixed, signed } from '../format';
import { term } from '../glossary/term';
import { html, type Content, type Html } from '../html';
import { verdictBadge } from '../glossary/verdict-badge';
import { axisFor, placeOn, type Axis } from './axis';

/** One difference: what was published, ours with its interval, and what a control reaches. Positive agrees with the claim. */
export interface ForestRow {
  /** What stands before the label on its first row only: the paper. */
  readonly group?: Content;
  readonly label: Content;
  readonly href: string;
  readonly published: number | null;
  readonly mean: number | null;
  readonly ci: Interval | null;
  readonly control?: { readonly name: string; readonly mean: number } | null;
  /** The same difference in other results; absent or null: none. */
  readonly before?: { readonly mean: number; readonly ci: Interval | null } | null;
  /** Absent: a difference that is no claim. */
  readonly kind?: VerdictKind;
  /** An arm that had not finished learning. */
  readonly unfinished?: boolean;
}

export interface Forest {
  readonly id: string;
  readonly title: Content;
  /** Tier, engine and the like, under the title. */
  readonly circumstances: Content;
  readonly metric: MetricId;
  /** Rows under a heading; null: rows without one. `shaded`: they form one group that the data cannot tell apart. */
  readonly groups: readonly { readonly heading: Content; readonly shaded?: boolean; readonly rows: readonly ForestRow[] }[];
  /** Differences this near to zero are below what the data can tell: shaded. */
  readonly band?: number | null;
}

/**
 * Differences as dots with their 95 % intervals on one axis, a line per row that links to where it comes from. Drawn by the style sheet alone, so that it is
 * there before any script, prints, and reads as a list of numbers.
 */
export function forestPlot({ id, title, circumstances, metric, groups, band = null }: Forest): Html {
  const rows = groups.flatMap((group) => group.rows);
  const centres = rows
    .flatMap(({ mean, published, before = null }) => [mean, published, before && before.mean])
    .filter((value) => value !== null);
  const axis = axisFor(
    centres,
    rows.flatMap(({ ci, control }) => [...(ci ?? []), ...(control ? [control.mean] : [])]),
  );
  const has = {
    published: rows.some(({ published }) => published !== null),
    control: rows.some(({ control }) => control),
    before: rows.some(({ before }) => before),
    unfinished: rows.some(({ unfinished, kind }) => unfinished === true || kind === 'under-trained'),
  };
  return html`<figure class="forest wide" id="${id}">
    <figcaption>${title}<span class="circumstances">${circumstances}</span></figcaption>
    <p class="forest-legend">
      <span><i class="dot"></i> ours, with ${term('interval', '95 % interval')}</span>
      ${has.published && html`<span><i class="published"></i> published</span>`}
      ${has.control && html`<span><i class="control"></i> best ${term('control', 'control')}</span>`}
      ${band !== null && html`<span><i class="band"></i> ${term('visible', 'below what these data can tell')}</span>`}
      ${has.before && html`<span><i class="before"></i> then, with its interval</span>`}
      ${has.unfinished && html`<span><i class="dot plain unfinished"></i> ${term('under-trained', 'had not finished learning')}</span>`}
    </p>
    ${groups.map(
      ({ heading, shaded, rows: members }) =>
        html`${heading && html`<p class="forest-heading">${heading}</p>`}
          <ul class="${shaded === true ? 'forest-rows shaded' : 'forest-rows'}">
            ${members.map((row) => rowHtml(row, axis, metric, band))}
          </ul>`,
    )}
    ${axisHtml(axis, metric)}
  </figure>`;
}

function rowHtml(row: ForestRow, axis: Axis, metric: MetricId, band: number | null): Html {
  const { group, label, href, kind } = row;
  return html`<li class="forest-row">
    <span class="forest-label">${group && html`<b class="forest-paper">${group}</b>`}<a href="${href}">${label}</a></span>
    ${strip(row, axis, band, metric)}
    <span class="forest-numbers">${kind && verdictBadge(kind)}<span class="figures-of">${numbers(row, metric)}</span></span>
  </li>`;
}

function strip(
  { published, mean, ci, control, before, kind, unfinished }: ForestRow,
  axis: Axis,
  band: number | null,
  metric: MetricId,
): Html {
  const at = (value: number): string => `left:${placeOn(axis, value).percent}%`;
  const span = (from: number, to: number): string => {
    const [a, b] = [placeOn(axis, from).percent, placeOn(axis, to).percent];
    return `left:${a}%;width:${Number((b - a).toFixed(2))}%`;
  };
  const open = ([from, to]: Interval): string =>
    `${placeOn(axis, from).beyond === 'left' ? ' open-left' : ''}${placeOn(axis, to).beyond === 'right' ? ' open-right' : ''}`;
  const colour = kind === undefined ? (unfinished ? 'plain unfinished' : 'plain') : kind.replace(' ', '-');
  const outlier = mean !== null && placeOn(axis, mean).beyond;
  return html`<span class="strip" aria-hidden="true"
    >${axis.ticks.map((tick) => html`<i class="${tick === 0 ? 'tick zero' : 'tick'}" style="${at(tick)}"></i>`)}${
      band !== null && html`<i class="band" style="${span(-band, band)}"></i>`
    }${
      before &&
      html`${before.ci && html`<i class="before-ci" style="${span(...before.ci)}"></i>`}<i class="before" style="${at(before.mean)}"></i>`
    }${ci && !outlier && html`<i class="ci ${colour}${open(ci)}" style="${span(ci[0], ci[1])}"></i>`}${
      control && html`<i class="control" style="${at(control.mean)}"></i>`
    }${published !== null && html`<i class="published" style="${at(published)}"></i>`}${
      mean !== null &&
      (outlier
        ? html`<i class="outlier ${outlier} ${colour}"
            >${outlier === 'left' ? '◂' : ''} ${signed(mean, digitsOf(metric))} ${outlier === 'right' ? '▸' : ''}</i
          >`
        : html`<i class="dot ${colour}" style="${at(mean)}"></i>`)
    }</span
  >`;
}

function numbers({ published, mean, ci, control, before }: ForestRow, metric: MetricId): Content {
  const digits = digitsOf(metric) + 1;
  return [
    mean === null ? 'no runs' : html`<b>${signed(mean, digits)}</b>`,
    ci && ` [${signed(ci[0], digits)}, ${signed(ci[1], digits)}]`,
    published !== null && html`, <span class="muted">published ${signed(published, digits - 1)}</span>`,
    before && html`, <span class="muted">then ${signed(before.mean, digits)}</span>`,
    control && html`, <span class="muted">control ${signed(control.mean, digits)}: ${control.name.replace(/ \(control\)$/, '')}</span>`,
  ];
}

function axisHtml(axis: Axis, metric: MetricId): Html {
  const digits = Math.max(...axis.ticks.map((tick) => (String(Math.abs(tick)).split('.')[1] ?? '').length));
  return html`<div class="forest-row forest-axis" aria-hidden="true">
    <span></span>
    <span class="strip"
      >${axis.ticks.map((tick) => html`<span style="left:${placeOn(axis, tick).percent}%">${tick === 0 ? '0' : tick > 0 ? `+${fixed(tick, digits)}` : fixed(tick, digits)}</span>`)}</span
    >
    <span class="muted">difference${unitOf(metric) && `,${unitOf(metric)}`}</span>
  </div>`;
}
