import { cspHash, PLOTLY_PATH, type PageAssets } from './assets';
import { TERMS } from './glossary/terms';
import { html, raw, scriptJson, type Content, type Html } from './html';

export interface Page {
  readonly title: string;
  readonly description: string;
  /** From the index down to this page; the last one is the page itself. */
  readonly trail: readonly { readonly title: string; readonly href?: string }[];
  readonly body: Content;
  readonly footer: Content;
}

/** How a page gets Plotly: not at all, from beside it, or inline. */
export type PlotlyPlace = 'none' | 'beside' | { readonly inline: string };

/** What a page's scripts need beside their text. */
export interface PageNeeds {
  readonly plotly: PlotlyPlace;
  /** Whether a network runs in the page: its script comes from beside it, and starts WebAssembly. */
  readonly student?: boolean;
}

/**
 * A whole HTML document. Its content security policy allows no request but the script beside it, so a page can neither be
 * made to load something nor run a script that came in with a result or a notebook.
 */
export function pageHtml({ title, description, trail, body, footer }: Page, assets: PageAssets, needs: PageNeeds): string {
  const { plotly, student = false } = needs;
  const inline = [...(typeof plotly === 'object' ? [plotly.inline] : []), assets.script];
  const scripts = [
    ...inline.map(cspHash),
    ...(plotly === 'beside' || student ? [`'self'`, 'file:'] : []),
    ...(student ? [`'wasm-unsafe-eval'`] : []),
  ];
  const policy = `default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src ${scripts.join(' ')}; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="description" content="${description}" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${raw(assets.css)}
        </style>
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header class="masthead"><nav class="wide" aria-label="Position">${breadcrumbs(trail)}</nav></header>
        <main id="content">${sharedPictures(html`${body}`)}</main>
        <footer>${footer}</footer>
        ${html`${body}`.markup.includes('data-term="') && glossaryData()}
        ${plotly === 'beside' && html`<script src="${PLOTLY_PATH}"></script>`} ${inline.map(inlineScript)}
      </body>
    </html> `.markup;
}

/** Pictures smaller than this are not worth sharing. */
const SMALL_PICTURE = 1000;

/** Every picture once: where it stands again, the page's script copies it from its first place. */
function sharedPictures({ markup }: Html): Html {
  const places = new Map<string, number>();
  const times = new Map<string, number>();
  const picture = / src="(data:image\/png;base64,[A-Za-z0-9+/=]+)"/g;
  for (const [, source] of markup.matchAll(picture)) times.set(source as string, (times.get(source as string) ?? 0) + 1);
  return raw(
    markup.replace(picture, (whole, source: string) => {
      if (source.length < SMALL_PICTURE || (times.get(source) ?? 0) < 2) return whole;
      const known = places.get(source);
      if (known !== undefined) return ` data-same="${known}"`;
      places.set(source, places.size);
      return `${whole} data-picture="${places.size - 1}"`;
    }),
  );
}

/** The meanings of all terms, for the script that shows them. */
function glossaryData(): Html {
  const meanings = Object.fromEntries(TERMS.map(({ id, meaning }) => [id, meaning]));
  return html`<script type="application/json" id="glossary-data">
    ${scriptJson(meanings)}
  </script>`;
}

function inlineScript(source: string): Html {
  if (/<\/script/i.test(source)) throw new Error('an inline script must not contain its own end tag');
  return raw(`<script>${source}</script>`);
}

function breadcrumbs(trail: Page['trail']): Content {
  return trail.map(({ title, href }, i) => [
    i > 0 && ' / ',
    href === undefined
      ? html`<span aria-current="page">${title}</span>`
      : html`<a class="${i === 0 ? 'wordmark' : ''}" href="${href}">${title}</a>`,
  ]);
}
