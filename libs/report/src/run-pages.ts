import type { PageAssets } from './assets';
import { TIER_TEXT } from './badges';
import type { Cohort } from './cohort';
import { count } from './format';
import { html, type Content, type Html } from './html';
import { pageHtml } from './page';
import { provenanceParts } from './provenance';

/** What the lists of runs on a page take at most, in characters: with what every page carries, a page stays below 5 MB. */
const PAGE_CHARACTERS = 3_500_000;

/** Pages of runs, and the cohorts whose numbers now link to them. */
export interface RunPages {
  readonly pages: readonly (readonly [name: string, page: string])[];
  readonly cohorts: readonly Cohort[];
}

/** Of whom the pages are. */
export interface RunPagesOf {
  /** Names of files begin with it: `csd` makes `csd-runs.html`, `csd-runs-2.html`. */
  readonly stem: string;
  readonly title: string;
  /** The page whose numbers link here. */
  readonly back: { readonly title: string; readonly href: string };
}

/** A part of a page: a heading of a cohort, a heading of its arm, or a run. */
interface Part {
  readonly ids: readonly string[];
  readonly content: Html;
}

/**
 * Where every number comes from: the runs of cohorts with their recipes, provenance and values of each image, on as many pages as it takes to keep each below 5 MB. None
 * without runs.
 */
export function runPages(cohorts: readonly Cohort[], of: RunPagesOf, assets: PageAssets, footer: Content): RunPages {
  // Links among runs are known only when all are placed; they make no part longer than the name of a file.
  const filled = fill(cohorts.flatMap(partsOf));
  const places = new Map(filled.flatMap((parts, i) => parts.flatMap(({ ids }) => ids.map((id) => [id, fileName(of, i)] as const))));
  const placed = cohorts.map((cohort) => ({ ...cohort, places }));
  const parts = placed.flatMap(partsOf);
  let from = 0;
  const pages = filled.map(({ length }, i) => {
    const body = parts.slice(from, (from += length)).map(({ content }) => content);
    return [fileName(of, i), runsPage(body, i, filled.length, of, assets, footer)] as const;
  });
  return { pages, cohorts: placed };
}

/** The first page of runs. */
export function runsHref({ stem }: Pick<RunPagesOf, 'stem'>): string {
  return `${stem}-runs.html`;
}

function fileName({ stem }: RunPagesOf, index: number): string {
  return index === 0 ? runsHref({ stem }) : `${stem}-runs-${index + 1}.html`;
}

function partsOf(cohort: Cohort): Part[] {
  const { runs, tier, train, engine } = cohort;
  if (runs.length === 0) return [];
  const [tierName] = TIER_TEXT[tier].heading.split(':') as [string];
  const heading = html`<h2>
    ${tierName}, trained on ${train}, engine ${engine} <span class="muted">(${count(runs.length, 'run')})</span>
  </h2>`;
  return [{ ids: [], content: heading }, ...provenanceParts(cohort)];
}

function fill(parts: readonly Part[]): Part[][] {
  const pages: Part[][] = [];
  let room = 0;
  for (const part of parts) {
    const { length } = part.content.markup;
    if (length > room) {
      pages.push([]);
      room = PAGE_CHARACTERS;
    }
    (pages.at(-1) as Part[]).push(part);
    room -= length;
  }
  return pages;
}

function runsPage(body: readonly Html[], index: number, total: number, of: RunPagesOf, assets: PageAssets, footer: Content): string {
  const title = total === 1 ? `Runs: ${of.title}` : `Runs: ${of.title}, page ${index + 1} of ${total}`;
  const others = Array.from({ length: total }, (_, i) =>
    i === index ? html`<li aria-current="page">${i + 1}</li>` : html`<li><a href="${fileName(of, i)}">${i + 1}</a></li>`,
  );
  const content = html`
    <h1>${title}</h1>
    <p class="lead">
      Every number on <a href="${of.back.href}">the page</a> links here: to its run, or to the runs whose mean it is. A run’s hash covers
      everything that can change its result.
    </p>
    ${
      total > 1 &&
      html`<nav aria-label="Pages of runs">
        <ol class="pages">
          ${others}
        </ol>
      </nav>`
    }
    ${body}
  `;
  const trail = [{ title: 'Distillery', href: 'index.html' }, of.back, { title: 'Runs' }];
  const description = `Where the numbers come from: runs of ${of.title} with recipe, seed, engine, versions, data and values of each image.`;
  return pageHtml({ title, description, trail, body: content, footer }, assets, { plotly: 'none' });
}
