import { html, type Content, type Html } from '../html';
import { TERMS, type Term } from './terms';

/** Where the glossary lies beside the other pages. */
export const GLOSSARY_HREF = 'index.html';

/** A link to a term's entry in the glossary; the page's script shows the entry on hover and focus. */
export function term(id: string, shown: Content, className = 'term'): Html {
  if (!TERMS.some((known) => known.id === id)) throw new Error(`the glossary has no term '${id}'`);
  return html`<a class="${className}" href="${GLOSSARY_HREF}#term-${id}" data-term="${id}">${shown}</a>`;
}

const WRITTEN = TERMS.filter((known): known is Term & { readonly written: RegExp } => known.written !== undefined);
const ANY = new RegExp(`(?<![\\w-])(${WRITTEN.map(({ written }) => `(?:${written.source})`).join('|')})(?![\\w-])`, 'g');

/** Text in which the first mention of every term is one. */
export function explained(text: string): Html {
  const seen = new Set<string>();
  const parts = text.split(ANY).map((part, i): Content => {
    const known = i % 2 === 1 ? WRITTEN.find(({ written }) => new RegExp(`^(?:${written.source})$`).test(part)) : undefined;
    if (!known || seen.has(known.id)) return part;
    seen.add(known.id);
    return term(known.id, part);
  });
  return html`${parts}`;
}
