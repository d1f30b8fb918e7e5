import type { InstrumentFile } from '@distillery/lab';
import { count, fixed } from '../format';
import { html, type Html } from '../html';
import { INSTRUMENT_HREF } from './instrument-page';
import { describedRows, referenceDifferences, TOLERANCE } from './instrument-rows';

/** The index's section on the instrument: a link and what it says, or how to get the page. */
export function instrumentNotice(instrument: InstrumentFile | null): Html {
  return html`<section aria-labelledby="instrument">
    <h2 id="instrument">The instrument</h2>
    ${instrument ? summary(instrument) : missing()}
  </section>`;
}

function summary(instrument: InstrumentFile): Html {
  const differences = referenceDifferences(describedRows(instrument)).map(Math.abs);
  const within = differences.filter((difference) => difference <= TOLERANCE).length;
  return html`<p>
    Before a number of ours is believed, networks that others trained must score what they score:
    <a href="${INSTRUMENT_HREF}">published weights, measured here</a>. Of ${count(instrument.rows.length, 'row')}, ${differences.length}
    have an independent measurement of the same weights; ${within === differences.length ? 'all' : within} of these agree with it to
    ${fixed(TOLERANCE, 2)} dB.
  </p>`;
}

function missing(): Html {
  return html`<p>
      Whether published weights score here what their authors published was not measured: that needs a data folder with Set5 and the
      weights. This makes the page:
    </p>
    <pre class="command"><code>npx distillery reproduce --data DIR</code></pre>`;
}
