import { html, linked, type Content, type Html } from './html';

/** Footnotes of one table: equal texts share a letter. */
export interface Notes {
  /** The mark that refers to a note. */
  mark(text: string): Html;
  /** The notes in order of first mention; nothing if there are none. */
  list(): Content;
}

/** 0 -> a, 25 -> z, 26 -> aa. */
export function noteLetter(index: number): string {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : noteLetter(Math.floor(index / 26) - 1) + last;
}

/** Footnotes whose anchors begin with `id`. */
export function tableNotes(id: string): Notes {
  const texts: string[] = [];
  return {
    mark(text) {
      if (!texts.includes(text)) texts.push(text);
      const letter = noteLetter(texts.indexOf(text));
      return html`<sup><a href="#${id}-note-${letter}" aria-label="note ${letter}">${letter}</a></sup>`;
    },
    list: () =>
      texts.length > 0 &&
      html`<ol class="notes" type="a">
        ${texts.map((text, i) => html`<li id="${id}-note-${noteLetter(i)}">${linked(text)}</li>`)}
      </ol>`,
  };
}
