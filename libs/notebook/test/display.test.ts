import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { decodeImage, type Image } from '@distillery/data';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { livePlot, liveProgress, show, showComparison, showFigure, showImages, showTable } from '@distillery/notebook';
import { collectDisplays, stopDisplays, type Sent } from './displayed';

const load = createRequire(__filename);
let sent: Sent[] = [];
const text = (index: number, type: string): string => String(sent.at(index)?.data[type]);

beforeEach(() => {
  sent = collectDisplays();
});
afterEach(() => {
  stopDisplays();
  vi.useRealTimers();
});

const image: Image = { width: 2, height: 1, channels: 3, data: Uint8Array.from([255, 0, 0, 0, 0, 255]) };

describe('in a plain script', () => {
  const large: Image = { width: 20, height: 20, channels: 3, data: new Uint8Array(1200) };
  const printed: string[] = [];
  beforeEach(() => {
    stopDisplays();
    printed.length = 0;
    vi.spyOn(console, 'log').mockImplementation((text: unknown) => void printed.push(String(text)));
  });
  afterEach(() => void vi.restoreAllMocks());

  it('what a notebook would show is printed as text', async () => {
    showTable([{ arm: 'alone', psnr: 31.5 }]);
    showFigure({ data: [], layout: { title: { text: 'Loss' } } });
    await show(image);
    await showImages({ LR: image });
    await showComparison({ student: large, HR: large }, { scale: 2 });
    expect(printed).toEqual(['arm\tpsnr\nalone\t31.50', 'Loss', 'image 2x1', 'LR 2x1', 'student identical, HR the truth']);
  });

  it('what changes in place is printed now and then, and as it ends', () => {
    vi.useFakeTimers();
    const bar = liveProgress(1000, 'training');
    for (let step = 1; step <= 1000; step++) {
      vi.advanceTimersByTime(10);
      bar.step(step);
    }
    expect(printed.map((text) => text.split(' · ')[0])).toEqual(['training 0/1000', 'training 501/1000', 'training 1000/1000']);
  });
});

describe('show', () => {
  it('sends a PNG of the same pixels', async () => {
    await show(image);
    expect(Object.keys(sent[0]?.data ?? {})).toEqual(['image/png', 'text/plain']);
    expect(text(0, 'text/plain')).toBe('image 2x1');
    const decoded = await decodeImage(Buffer.from(text(0, 'image/png'), 'base64'), 'shown');
    expect({ ...decoded, data: [...decoded.data] }).toEqual({ ...image, data: [...image.data] });
  });

  it('repeats pixels, channels together, when zoomed', async () => {
    await show(image, { zoom: 2 });
    const { width, height, data } = await decodeImage(Buffer.from(text(0, 'image/png'), 'base64'), 'shown');
    const row = [255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255];
    expect({ width, height, data: [...data] }).toEqual({ width: 4, height: 2, data: [...row, ...row] });
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses zoom %d', async (zoom) => {
    await expect(show(image, { zoom })).rejects.toThrow(`zoom ${zoom}: expected a positive whole number`);
  });
});

describe('showImages', () => {
  it('begins a new row where the widest image leaves no room', async () => {
    const wide: Image = { width: 100, height: 1, channels: 3, data: new Uint8Array(300) };
    await showImages(Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name, i) => [name, i === 0 ? image : wide])), { zoom: 2 });
    const rows = text(0, 'text/html').split('<tr>').slice(1);
    expect(rows.map((row) => row.match(/<td /g)?.length)).toEqual([3, 3, 2, 2]);
    expect(text(0, 'text/plain')).toBe('a 2x1, b 100x1, c 100x1, d 100x1, e 100x1');
  });

  it('sends one output with all images, labels escaped', async () => {
    await showImages({ 'a<b': image, c: image }, { zoom: 3 });
    expect(sent).toHaveLength(1);
    expect(text(0, 'text/html').match(/<img src="data:image\/png;base64,/g)).toHaveLength(2);
    expect(text(0, 'text/html')).toContain('a&lt;b');
    expect(text(0, 'text/html')).not.toContain('a<b');
    expect(text(0, 'text/plain')).toBe('a<b 2x1, c 2x1');
  });
});

describe('showTable', () => {
  it('has the union of the columns, numbers of a column with the same digits, and names what is not known', () => {
    showTable(
      [
        { row: 'CSD <1>', psnr: 31.23456, n: 3 },
        { row: 'S', psnr: null, extra: true },
        { row: 'T', psnr: 29, n: 12 },
      ],
      { digits: 3, caption: 'x2 & x4' },
    );
    expect(text(0, 'text/plain').split('\n')).toEqual([
      'row\tpsnr\tn\textra',
      'CSD <1>\t31.235\t3\t',
      'S\tnot available\t\ttrue',
      'T\t29.000\t12\t',
    ]);
    const html = text(0, 'text/html');
    expect(html).toMatch(/<caption [^>]*>x2 &amp; x4<\/caption>/);
    expect(html).toContain('<td style="text-align:left">CSD &lt;1&gt;</td><td style="text-align:right">31.235</td>');
    expect(html.match(/<tr>/g)).toHaveLength(4);
  });

  it('sets differences flush right, with their sign and unit', () => {
    showTable([{ difference: '+0.123 dB', interval: '+0.1 to +0.2' }, { difference: '' }]);
    expect(text(0, 'text/html')).toContain('<td style="text-align:right">+0.123 dB</td><td style="text-align:left">+0.1 to +0.2</td>');
  });

  it('stands behind a line that unfolds it, its text as ever', () => {
    showTable([{ n: 1 }], { folded: '1 < 2' });
    expect(text(0, 'text/html')).toMatch(/^<details><summary>1 &lt; 2<\/summary><table>.*<\/table><\/details>$/);
    expect(text(0, 'text/plain')).toBe('n\n1');
  });
});

describe('showFigure', () => {
  const figure = { data: [{ type: 'scatter', name: '</script>', x: [1], y: [2] }], layout: { title: { text: 'Loss <1>' } } };
  const carriesPlotly = (index: number): boolean => text(index, 'text/html').includes('DecompressionStream');

  it('sends the figure as Plotly JSON, as HTML that cannot break out of its script, and as text', () => {
    showFigure(figure);
    expect(Object.keys(sent[0]?.data ?? {})).toEqual(['application/vnd.plotly.v1+json', 'text/html', 'text/plain']);
    expect(sent[0]?.data['application/vnd.plotly.v1+json']).toMatchObject(figure);
    expect(text(0, 'text/plain')).toBe('Loss <1>');
    expect(text(0, 'text/html')).toContain('Loss &lt;1&gt;');
    expect(text(0, 'text/html')).toContain('\\u003c/script>');
    expect(text(0, 'text/html').match(/<\/script>/g)).toHaveLength(2);
  });

  it('carries Plotly itself, byte for byte, and fetches nothing', () => {
    showFigure(figure);
    const html = text(0, 'text/html');
    const packed = /atob\('([A-Za-z0-9+/=]+)'\)/.exec(html)?.[1] ?? '';
    const source = readFileSync(load.resolve('plotly.js-basic-dist-min'));
    expect(gunzipSync(Buffer.from(packed, 'base64')).equals(source)).toBe(true);
    expect(html.replace(packed, '')).not.toMatch(/https?:|src=|import\(/);
  });

  it('carries Plotly once per execution of a cell, so that a cell run again still draws by itself', () => {
    showFigure(figure);
    showFigure(figure);
    collectDisplays(sent);
    showFigure(figure);
    expect([0, 1, 2].map(carriesPlotly)).toEqual([true, false, true]);
    const ids = [0, 1, 2].map((index) => /id="([^"]+)"/.exec(text(index, 'text/html'))?.[1]);
    expect(new Set(ids).size).toBe(3);
  });
});

describe('liveProgress', () => {
  it('updates one display in place, at most four times a second, and always shows the last step', () => {
    vi.useFakeTimers();
    const bar = liveProgress(1000, 'train <csd>');
    for (let step = 1; step <= 1000; step++) {
      vi.advanceTimersByTime(10);
      bar.step(step, { total: 0.0123456 });
    }
    // 10 s: the first, then every 250 ms, and the last.
    expect(sent.length).toBeGreaterThan(35);
    expect(sent.length).toBeLessThan(45);
    expect(sent.map(({ update }) => update)).toEqual(sent.map((_, index) => index > 0));
    expect(new Set(sent.map(({ transient }) => transient.display_id)).size).toBe(1);
    expect(sent[0]?.transient.display_id).toMatch(/^[0-9a-f]{16}$/);
    expect(text(-1, 'text/plain')).toBe('train <csd> 1000/1000 · 10 ms per step · took 10 s · total 0.01235');
    expect(text(-1, 'text/html')).toContain('<progress value="1000" max="1000">');
    expect(text(-1, 'text/html')).toContain('train &lt;csd&gt;');
  });

  it('estimates the time left from the mean time of a step', () => {
    vi.useFakeTimers();
    const bar = liveProgress(50_000);
    vi.advanceTimersByTime(20_000);
    bar.step(100, { alone: '40 %' });
    expect(text(-1, 'text/plain')).toBe('100/50000 · 200 ms per step · 2 h 46 min left · alone 40 %');
  });
});

describe('livePlot', () => {
  type Trace = {
    name: string;
    mode: string;
    x: number[];
    y: number[];
    showlegend?: boolean;
    opacity?: number;
    line: { color: string; dash: string };
  };
  const figure = (index: number) =>
    sent.at(index)?.data['application/vnd.plotly.v1+json'] as {
      data: Trace[];
      layout: { yaxis: { type: string }; xaxis: { title: { text: string } } };
    };
  const image = (index: number): string =>
    Buffer.from(/data:image\/svg\+xml;base64,([A-Za-z0-9+/=]+)/.exec(text(index, 'text/html'))?.[1] ?? '', 'base64').toString();

  it('redraws one display at most once a second; done() draws the rest', () => {
    vi.useFakeTimers();
    const plot = livePlot({ title: 'Losses' });
    for (let step = 1; step <= 300; step++) {
      vi.advanceTimersByTime(10);
      plot.add(step, { total: 1 / step, 'a<b': 0.7 });
    }
    plot.done();
    expect(sent).toHaveLength(4);
    expect(new Set(sent.map(({ transient }) => transient.display_id)).size).toBe(1);
    expect(sent.map(({ update }) => update)).toEqual([false, true, true, true]);
    expect(Object.keys(sent[0]?.data ?? {})).toEqual(['application/vnd.plotly.v1+json', 'text/html', 'text/plain']);
    expect(text(-1, 'text/plain')).toBe('Losses · total 0.003333 · a<b 0.7000');
    expect(image(-1).match(/<polyline/g)).toHaveLength(2);
    expect(figure(-1).data.map(({ name }) => name)).toEqual(['total', 'total', 'a&lt;b', 'a&lt;b']);
    const ids = sent.map(({ data }) => /<div id="([^"]+)"/.exec(String(data['text/html']))?.[1]);
    expect(new Set(ids).size).toBe(1);
  });

  it('brings Plotly with its first and its last state, and leaves it to one of the plots of a cell', () => {
    vi.useFakeTimers();
    const [first, second] = [livePlot(), livePlot()];
    for (let step = 1; step < 3; step++) {
      first.add(step, { loss: 1 });
      second.add(step, { loss: 1 });
      vi.advanceTimersByTime(2000);
    }
    first.done();
    second.done();
    showFigure({ data: [] });
    expect(sent.map(({ data }) => String(data['text/html']).includes('DecompressionStream'))).toEqual([
      true,
      false,
      false,
      false,
      true,
      false,
      false,
    ]);
  });

  it('shows nothing before it has a point', () => {
    const plot = livePlot();
    plot.add(1, {});
    plot.done();
    expect(sent).toEqual([]);
  });

  it('draws a long series with at most 300 points, the last among them', () => {
    const plot = livePlot({ yAxis: 'linear' });
    for (let step = 1; step <= 10_000; step++) plot.add(step, { loss: 2 });
    plot.done();
    for (const { x, y } of figure(-1).data) {
      expect(x.length).toBeGreaterThan(200);
      expect(x.length).toBeLessThanOrEqual(300);
      expect(x.at(-1)).toBe(10_000);
      expect(new Set(y)).toEqual(new Set([2]));
    }
    const points = (/points="([^"]+)"/.exec(image(-1))?.[1] ?? '').split(' ');
    // The right edge of the plotting area.
    expect(points.at(-1)).toMatch(/^624\.0,/);
  });

  it('smooths a long series over what was measured, and marks each point of a short one', () => {
    const plot = livePlot({ yAxis: 'linear' });
    for (let step = 1; step <= 200; step++) plot.add(step, { loss: step % 2, ...(step % 20 === 0 && { validation: step }) });
    plot.done();
    const [measured, line, validation] = figure(-1).data as [Trace, Trace, Trace];
    expect(new Set(measured.y)).toEqual(new Set([0, 1]));
    expect([measured.opacity, measured.showlegend]).toEqual([0.3, false]);
    const settled = line.y.slice(20);
    expect(Math.max(...settled.map((y) => Math.abs(y - 0.5)))).toBeLessThan(0.1);
    expect(validation).toMatchObject({ name: 'validation', mode: 'lines+markers', x: validation.y });
    expect(validation.x).toHaveLength(10);
    expect(figure(-1).layout.xaxis.title.text).toBe('step (faint: each; line: smoothed)');
  });

  it('tells more curves than it has colours apart by their dashes', () => {
    const plot = livePlot();
    plot.add(1, Object.fromEntries(Array.from({ length: 13 }, (_, i) => [`term ${i}`, 1])));
    plot.done();
    const lines = figure(-1).data.map(({ line }) => `${line.color} ${line.dash}`);
    expect(new Set(lines).size).toBe(13);
  });

  it('falls back to a linear axis for values that have no logarithm', () => {
    const plot = livePlot();
    plot.add(1, { loss: 2 });
    expect(figure(-1).layout.yaxis.type).toBe('log');
    plot.add(2, { loss: 0 });
    plot.add(3, { loss: -1 });
    plot.done();
    expect(figure(-1).layout.yaxis.type).toBe('linear');
    expect(image(-1)).not.toMatch(/NaN|Infinity/);
  });
});
