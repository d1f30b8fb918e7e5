import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from '@distillery/data';
import {
  CHANNEL_METRIC_IDS,
  IMAGE_METRIC_IDS,
  METRIC_IDS,
  METRICS,
  PROTOCOLS,
  score,
  unitOf,
  type LoadedMetric,
  type MetricId,
} from '@distillery/metrics';
import { useEngine } from '@distillery/tensor';
import { dispose } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATA, haveData } from './images';

/** Each metric of `distorted` against `reference` by independent means, see `golden/metrics.py`. */
const goldens = JSON.parse(readFileSync(join(__dirname, 'golden/metrics.json'), 'utf8')) as Partial<Record<MetricId, number>>;

const [WIDTH, HEIGHT, SCALE] = [70, 66, 2];

/** `images` of metrics.py; the noise times `strength`. */
function image(strength: number): Image {
  const data = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => {
    const [c, x, y] = [i % 3, Math.floor(i / 3) % WIDTH, Math.floor(i / 3 / WIDTH)];
    const level = (Math.floor((x * x) / 7) + Math.floor((5 * y * (c + 1)) / 3) + Math.floor((x * y) / 11)) % 256;
    const noise = ((i * 7919 + 104729) % 41) - 20;
    return Math.min(Math.max(level + strength * noise, 0), 255);
  });
  return { width: WIDTH, height: HEIGHT, channels: 3, data };
}
const [reference, distorted, worse] = [image(0), image(1), image(3)];

/** Values that need weights are there with a data folder only. */
const loaded: Partial<Record<MetricId, LoadedMetric | null>> = {};
beforeAll(async () => {
  await useEngine('wasm');
  if (haveData) for (const id of IMAGE_METRIC_IDS) loaded[id] = METRICS[id].load(DATA);
});
afterAll(() => dispose(Object.values(loaded).map((metric) => metric?.params)));

function measure(id: MetricId, a: Image, b: Image): number {
  const channel = CHANNEL_METRIC_IDS.find((candidate) => candidate === id);
  if (channel) return score(a, b, PROTOCOLS['y-border-scale'], SCALE)[channel];
  return loaded[id]?.measure(a, b) ?? NaN;
}

describe.each(METRIC_IDS)('%s', (id) => {
  const metric = METRICS[id];
  const needsData = !haveData && metric.compares === 'images';

  it('is what it says', () => {
    expect(metric.id).toBe(id);
    expect(id).toMatch(/^[a-z][a-z0-9]*$/);
    expect(metric.title).not.toBe('');
    expect(unitOf(id)).toBe(metric.unit === '' ? '' : ` ${metric.unit}`);
    expect(metric.digits.full).toBeGreaterThanOrEqual(metric.digits.printed);
    expect(metric.bands.reproduced).toBeGreaterThan(0);
    expect(metric.bands.tolerance).toBeGreaterThan(metric.bands.reproduced);
  });

  it.skipIf(needsData)('has the value that independent code has', () => {
    const golden = goldens[id];
    if (golden === undefined) throw new Error(`no golden of ${id}: expected one from libs/metrics/test/golden/metrics.py`);
    // Networks run in float32.
    const tolerance = metric.compares === 'images' ? 1e-5 : 1e-9;
    expect(Math.abs(measure(id, distorted, reference) - golden)).toBeLessThan(tolerance * Math.abs(golden));
  });

  it.skipIf(needsData)('is better for the better image, and best for the same one', () => {
    const values = [reference, distorted, worse].map((a) => measure(id, a, reference)) as [number, number, number];
    const [same, better, other] = metric.better === 'higher' ? values : (values.map((value) => -value) as [number, number, number]);
    expect(better).toBeGreaterThan(other);
    expect(same).toBeGreaterThan(better);
  });
});

describe.each(IMAGE_METRIC_IDS)('%s, which needs a network', (id) => {
  it('is not there without its weights', () => {
    expect(METRICS[id].load(null)).toBeNull();
    expect(METRICS[id].load(__dirname)).toBeNull();
  });

  it.skipIf(!haveData)('is null for an image that is too small', () => {
    const tiny: Image = { width: 8, height: 8, channels: 3, data: new Uint8Array(8 * 8 * 3) };
    expect(loaded[id]?.measure(tiny, tiny)).toBeNull();
    expect(loaded[id]?.network).not.toBe('');
  });
});
