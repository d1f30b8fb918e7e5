import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineChart, logTicks, ticks, type Points } from '../src/display/line-chart';

describe('ticks', () => {
  it.each([
    [0, 10, 5, [0, 2, 4, 6, 8, 10]],
    [1, 40, 6, [10, 20, 30, 40]],
    [-0.3, 0.3, 5, [-0.2, 0, 0.2]],
  ])('in %d..%d', (lo, hi, count, expected) => {
    expect(ticks(lo, hi, count)).toEqual(expected);
  });

  it('lie in the range, in order, and are neither none nor many', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (lo, width) => {
        const found = ticks(lo, lo + width, 5);
        const slack = width * 1e-6;
        expect(found.length).toBeGreaterThanOrEqual(1);
        expect(found.length).toBeLessThanOrEqual(7);
        for (const [index, tick] of found.entries()) {
          expect(tick).toBeGreaterThanOrEqual(lo - slack);
          expect(tick).toBeLessThanOrEqual(lo + width + slack);
          if (index > 0) expect(tick).toBeGreaterThan(found[index - 1] as number);
        }
      }),
    );
  });
});

describe('logTicks', () => {
  it.each([
    [0.02, 1, [0.02, 0.05, 0.1, 0.2, 0.5, 1]],
    [1e-5, 10, [1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10]],
    [0.6, 0.8, [0.6, 0.7, 0.8]],
  ])('in %d..%d', (lo, hi, expected) => {
    expect(logTicks(lo, hi)).toEqual(expected);
  });
});

describe('lineChart', () => {
  const options = { title: 'A & B', xTitle: 'step', log: true };

  it('places points on a logarithmic axis by their ratio', () => {
    const svg = lineChart({ loss: [[0, 1], [1, 0.1], [2, 0.01]] }, options); // prettier-ignore
    const ys = (/points="([^"]+)"/.exec(svg)?.[1] ?? '').split(' ').map((point) => Number(point.split(',')[1]));
    expect((ys[1] as number) - (ys[0] as number)).toBeCloseTo((ys[2] as number) - (ys[1] as number), 0);
    expect(ys[0]).toBeLessThan(ys[2] as number);
  });

  it('has its names side by side, in a second row where the first is full, and the lines below', () => {
    const names = ['total', 'reconstruction', 'distillation', 'gradient reconstruction', 'gradient distillation'];
    const svg = lineChart(Object.fromEntries(names.map((name) => [name, [[0, 1], [1, 10]]])), options); // prettier-ignore
    const places = names.map((name) => new RegExp(`x="([\\d.]+)" y="(\\d+)">${name}<`).exec(svg)?.slice(1).map(Number) as [number, number]);
    expect(places.map(([, y]) => y)).toEqual([36, 36, 36, 36, 52]);
    expect(places[4]?.[0]).toBe(places[0]?.[0]);
    for (const [i, [x]] of places.entries()) expect(x + 6 * (names[i] as string).length).toBeLessThan(640);
    const highest = Math.min(
      ...[...svg.matchAll(/points="([^"]+)"/g)].flatMap(([, line]) =>
        (line as string).split(' ').map((point) => Number(point.split(',')[1])),
      ),
    );
    expect(highest).toBeGreaterThan(52);
  });

  it('is well-formed without points, with one, and with names that need escaping', () => {
    const cases: Record<string, Points>[] = [{}, { loss: [] }, { loss: [[3, 0.5]] }, { '<"&': [[1, 1], [2, 2]] }]; // prettier-ignore
    for (const series of cases) {
      const svg = lineChart(series, options);
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      expect(svg).toContain('A &amp; B');
      expect(svg).not.toContain('<"&');
    }
  });
});
