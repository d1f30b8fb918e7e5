import { groupBy } from '../collections';
import { fixed, signed } from '../format';
import { lineStyle, plotText, type Figure } from '../figure';
import { anchor } from '../html';
import type { DescribedRow } from './instrument-rows';

/** What a choice changes for one network, in dB. */
interface Effect {
  readonly choice: string;
  readonly psnr: number;
  readonly difference: number;
}

/** The same outputs under every protocol, as differences to the default one: a figure per dataset and scale. */
export function protocolFigures(rows: readonly DescribedRow[]): Figure[] {
  return [...groupBy(rows, ({ row }) => JSON.stringify([row.dataset, row.scale])).values()].map(protocolFigure);
}

function effectsOf({ row, psnr }: DescribedRow): Effect[] {
  const scores = row.protocols.slice(1).map((score) => ({ choice: score.protocol, psnr: score.psnr }));
  const other = row.otherBorder;
  return [...scores, ...(other ? [{ choice: `LR border ${other.border}`, psnr: other.psnr }] : [])].map((effect) => ({
    ...effect,
    difference: effect.psnr - psnr,
  }));
}

function protocolFigure(rows: readonly DescribedRow[]): Figure {
  const { row, protocol } = rows[0] as DescribedRow;
  const where = `${row.dataset}, ×${row.scale}`;
  const effects = rows.map((described) => ({ described, effects: effectsOf(described) }));
  return {
    id: anchor('protocols', row.dataset, `x${row.scale}`),
    title: `What the protocol does to the same output, ${where}`,
    circumstances: `PSNR minus that under ${protocol}; engine ${row.provenance.engine}`,
    description: `One mark per network and choice, for ${rows.map(({ title }) => title).join(', ')}. The table below holds the same numbers.`,
    traces: effects.map(({ described, effects: own }, i) => {
      const { color, symbol } = lineStyle(i);
      return {
        type: 'scatter',
        name: plotText(described.title),
        mode: 'markers',
        x: own.map(({ difference }) => difference),
        y: own.map(({ choice }) => plotText(choice)),
        hovertemplate: `${plotText(described.title)}, %{y}<br>%{x:.3f} dB<extra></extra>`,
        marker: { color, symbol, size: 9, opacity: 0.85 },
      };
    }),
    layout: {
      xaxis: { title: { text: 'difference (dB)' }, zeroline: true, zerolinecolor: '@ink' },
      yaxis: { type: 'category', autorange: 'reversed' },
    },
    table: {
      caption: `PSNR (dB) of the same output under every protocol, ${where}`,
      columns: [
        { title: 'Network' },
        { title: 'Choice' },
        { title: 'PSNR (dB)', align: 'right' },
        { title: `Minus ${protocol}`, align: 'right' },
      ],
      rows: effects.flatMap(({ described: { title, psnr }, effects: own }) => [
        [title, protocol, fixed(psnr, 3), 'the default'],
        ...own.map(({ choice, psnr: value, difference }) => [title, choice, fixed(value, 3), signed(difference, 3)]),
      ]),
    },
  };
}
