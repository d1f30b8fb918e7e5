import { VERDICTS } from '@distillery/lab';
import { html, type Html } from '../html';
import { SIGNS } from '../verdicts';
import { TERMS } from './terms';

/** All terms, each with the anchor that mentions of it lead to. */
export function glossarySection(): Html {
  return html`<dl class="glossary terms">
    ${TERMS.map(({ id, title, meaning }) => {
      const kind = VERDICTS.find((verdict) => verdict === title);
      const shown = kind ? html`<span class="verdict ${id}">${SIGNS[kind]} ${title}</span>` : title;
      return html`<div id="term-${id}">
        <dt>${shown}</dt>
        <dd>${meaning}</dd>
      </div>`;
    })}
  </dl>`;
}
