import type { InstrumentFile, Provenance } from '@distillery/lab';
import { PROTOCOLS } from '@distillery/metrics';
import type { PageAssets } from '../assets';
import { figureGrid } from '../figure';
import { count, fixed, signed } from '../format';
import { html, linked, type Content, type Html } from '../html';
import { tableNotes, type Notes } from '../notes';
import { pageHtml } from '../page';
import { dataTable } from '../table';
import { describedRows, referenceDifferences, rowAnchor, TOLERANCE, type DescribedRow } from './instrument-rows';
import { protocolFigures } from './protocol-figure';

/** Where the page lies beside the index. */
export const INSTRUMENT_HREF = 'instrument.html';

/** The instrument: bicubic and every published network, published value, ours, and what the choice of protocol does to the same output. */
export function instrumentPage(instrument: InstrumentFile, assets: PageAssets, footer: Content): string {
  const rows = describedRows(instrument);
  const differences = referenceDifferences(rows).map(Math.abs);
  const within = differences.filter((difference) => difference <= TOLERANCE).length;
  const body = html`
    <h1>The instrument</h1>
    <p class="lead">
      A number that cannot be reproduced is often one that was measured otherwise. Here networks that others trained are measured with our
      code: ${within} of ${count(differences.length, 'row')} agree to ${fixed(TOLERANCE, 2)} dB with an independent forward pass of the same
      weights.
    </p>
    <section aria-labelledby="scores">
      <h2 id="scores">Published and ours</h2>
      <p>
        Every value of ours is measured, none is typed in. An RGB network’s output is rounded to 8 bit and then converted to luma; a luma
        network’s luma is compared as its authors did, never rounded.
      </p>
      ${scoreTable(rows)}
    </section>
    <section aria-labelledby="protocols">
      <h2 id="protocols">What the protocol does</h2>
      <p>
        The same outputs, measured otherwise. A luma network has no colours, so only protocols on luma alone apply to it. “LR border” is not
        a way to measure but to make the input: what MATLAB’s bicubic takes to lie beyond the edge.
      </p>
      ${figureGrid(protocolFigures(rows))} ${glossary(rows)}
    </section>
    <section aria-labelledby="provenance">
      <h2 id="provenance">Provenance</h2>
      ${rows.map(rowDetails)}
    </section>
  `;
  const trail = [{ title: 'Distillery', href: 'index.html' }, { title: 'The instrument' }];
  const description =
    'Published super-resolution networks measured with our code: published values, ours, and the effect of each protocol.';
  return pageHtml({ title: 'The instrument', description, trail, body, footer }, assets, { plotly: 'beside' });
}

function scoreTable(rows: readonly DescribedRow[]): Html {
  const notes = tableNotes('scores');
  const right = { align: 'right' } as const;
  return html`<div class="wide">
    ${dataTable({
      caption: 'PSNR (dB) and SSIM of published networks, means over images',
      columns: [
        { title: 'Network' },
        { title: 'Data' },
        { title: 'Published', ...right },
        { title: 'Ours', ...right },
        { title: 'Ours − published', ...right },
        { title: 'Independent pass', ...right },
        { title: 'Ours − independent', ...right },
        { title: 'SSIM, ours', ...right },
        { title: 'Images', ...right },
        { title: 'Protocol' },
        { title: 'Source' },
      ],
      rows: rows.map((row) => scoreCells(row, notes)),
    })}
    ${notes.list()}
  </div>`;
}

function scoreCells({ row, network, others, title, psnr, ssim, protocol }: DescribedRow, notes: Notes): Content[] {
  const beside = (value: number | null | undefined): [Content, Content] =>
    typeof value === 'number'
      ? [fixed(value, 2), signed(psnr - value, 3)]
      : [html`<span class="muted">none given</span>`, html`<span class="muted">none given</span>`];
  const [published, difference] = beside(others?.published);
  const [reference, referenceDifference] = beside(others?.reference);
  return [
    html`${title}${network?.note ? notes.mark(network.note) : null}`,
    `${row.dataset}, ×${row.scale}`,
    published,
    html`<a href="#${rowAnchor(row)}">${fixed(psnr, 3)}</a>`,
    difference,
    reference,
    referenceDifference,
    fixed(ssim, 4),
    row.images.length,
    html`<code>${protocol}</code>`,
    network ? linked(network.source) : 'not known in this version',
  ];
}

function glossary(rows: readonly DescribedRow[]): Html {
  const measured = new Set(rows.flatMap(({ row }) => row.protocols.map(({ protocol }) => protocol)));
  return html`<dl class="glossary">
    ${Object.values(PROTOCOLS)
      .filter(({ name }) => measured.has(name))
      .map(
        ({ name, description, source }) =>
          html`<dt><code>${name}</code></dt>
            <dd>${description} Source: ${source}.</dd>`,
      )}
  </dl>`;
}

function rowDetails({ row, title }: DescribedRow): Html {
  const { provenance, hash, weights } = row;
  const facts: readonly (readonly [string, Content])[] = [
    ['Hash', html`<code>${hash}</code>`],
    ['Weights (sha256)', weights === null ? 'none needed' : html`<code>${weights}</code>`],
    ['Data (sha256)', Object.entries(provenance.datasetHashes).map(([name, value]) => html`${name} <code>${value}</code>`)],
    ['Engine', `${provenance.engine} ${provenance.engineVersion}`],
    ['Git commit', commitOf(provenance)],
    ['Platform', provenance.platform],
  ];
  return html`<div class="run" id="${rowAnchor(row)}">
    <details>
      <summary>${title}, ${row.dataset}, ×${row.scale}, <code>${hash.slice(0, 12)}</code></summary>
      <p>This command measures it again:</p>
      <pre class="command"><code>${provenance.command}</code></pre>
      <dl class="facts">
        ${facts.map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
      ${dataTable({
        caption: `${title}, ${row.dataset}, ×${row.scale}: values of each image`,
        columns: [{ title: 'Image' }, { title: 'PSNR (dB)', align: 'right' }, { title: 'SSIM', align: 'right' }],
        rows: row.images.map(({ name, psnr, ssim }) => [name, fixed(psnr, 3), fixed(ssim, 5)]),
      })}
    </details>
  </div>`;
}

function commitOf({ gitCommit, gitDirty }: Provenance): Content {
  if (gitCommit === null) return 'unknown (not a git checkout)';
  return html`<code>${gitCommit}</code>${gitDirty === true ? ', with uncommitted changes' : gitDirty === false && ', clean'}`;
}
