import type { Paper } from '@distillery/lab';
import { PROTOCOLS, type Protocol } from '@distillery/metrics';
import type { Cohort } from './cohort';
import { distinct } from './collections';
import { html, type Content } from './html';

/** The protocols whose scores are on the page, in words. */
export function protocolGlossary({ claims }: Paper, cohorts: readonly Cohort[]): Content {
  const measured = cohorts.flatMap(({ runs }) => runs.flatMap(({ evaluations }) => evaluations.map(({ protocol }) => protocol)));
  const names = distinct([...claims.map(({ protocol }) => protocol), ...measured]);
  const known: Readonly<Record<string, Protocol | undefined>> = PROTOCOLS;
  const describe = (protocol: Protocol | undefined) =>
    protocol ? `${protocol.description} Source: ${protocol.source}.` : 'Not described in this version.';
  return html`<dl class="glossary">
    ${names.map(
      (name) =>
        html`<dt><code>${name}</code></dt>
          <dd>${describe(known[name])}</dd>`,
    )}
  </dl>`;
}
