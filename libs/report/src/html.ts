/** Markup that is safe to place in a page. Made by `html`, or by `raw` from a source that has been checked. */
export class Html {
  constructor(readonly markup: string) {}

  toString(): string {
    return this.markup;
  }
}

/** What `html` interpolates: text is escaped, `Html` is kept, arrays are joined, `null`, `undefined` and `false` vanish. */
export type Content = Html | string | number | null | undefined | false | readonly Content[];

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

// Control characters and halves of surrogate pairs are not text in HTML; a parser would replace or drop them.
// eslint-disable-next-line no-control-regex
const NOT_TEXT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/gu;

/** Text to HTML, for element content and quoted attributes alike: `& < > " '` escaped, control characters replaced by U+FFFD. */
export function escapeHtml(text: string): string {
  return text.replace(NOT_TEXT, '\ufffd').replace(/[&<>"']/g, (character) => ESCAPES[character] as string);
}

/** Declares a string to be markup. The caller answers for it: only for our own assets and for the sanitiser's output. */
export function raw(markup: string): Html {
  return new Html(markup);
}

function contentMarkup(value: Content): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'object') return value.map(contentMarkup).join('');
  return escapeHtml(String(value));
}

/** Tagged template that escapes every interpolation by default. Attributes must be quoted in the template. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(withoutIndentation(strings).reduce((page, part, i) => page + contentMarkup(values[i - 1]) + part));
}

const templates = new WeakMap<TemplateStringsArray, readonly string[]>();

/** A template's own text without the indentation of the source code, which is a tenth of a page. */
function withoutIndentation(strings: TemplateStringsArray): readonly string[] {
  const parts = templates.get(strings) ?? strings.map((part) => part.replace(/\n\s+/g, '\n'));
  templates.set(strings, parts);
  return parts;
}

/** JSON for an inline `<script type="application/json">`: no `<`, so that no value can close the element. */
export function scriptJson(value: unknown): Html {
  return raw(
    JSON.stringify(value)
      .replace(/</g, '\\u003c')
      .replace(/\u2028/g, '\\u2028')
      .replace(/\u2029/g, '\\u2029'),
  );
}

/** An `id` from parts, injective: characters outside `[A-Za-z0-9.]` become `_<hex>_`, parts are joined by `-`. */
export function anchor(...parts: readonly (string | number)[]): string {
  return parts
    .map((part) => String(part).replace(/[^A-Za-z0-9.]/gu, (character) => `_${(character.codePointAt(0) ?? 0).toString(16)}_`))
    .join('-');
}

/** Text in which plain `https://` addresses become links; everything else is escaped. */
export function linked(text: string): Html {
  const parts = text.split(/(https:\/\/[^\s<>"']*[^\s<>"'.,;:)])/);
  return html`${parts.map((part, i) => (i % 2 ? html`<a href="${part}">${part}</a>` : part))}`;
}
