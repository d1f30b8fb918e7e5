import type { VerdictKind } from '@distillery/lab';
import { html, type Html } from '../html';
import { SIGNS } from '../verdicts';
import { term } from './term';

/** A verdict as sign, word and colour, with its meaning on hover and focus. */
export function verdictBadge(kind: VerdictKind): Html {
  const id = kind.replace(' ', '-');
  return term(id, html`<span aria-hidden="true">${SIGNS[kind]}</span> ${kind}`, `verdict ${id}`);
}
