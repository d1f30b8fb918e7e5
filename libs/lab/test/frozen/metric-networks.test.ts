import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGE_METRIC_IDS } from '@distillery/metrics';
import { useEngine } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { findMetricNetworks, metricNetworkNames } from '../../src/frozen/metric-networks';

const dataDir = process.env['DISTILLERY_DATA'] ?? join(__dirname, '../../../../../shared/data');
const haveData = existsSync(join(dataDir, 'weights'));

describe.each(IMAGE_METRIC_IDS)('the network of %s', (id) => {
  beforeAll(() => useEngine('wasm'));

  it('is null without weights, and named so', () => {
    const networks = findMetricNetworks(null, 'wasm');
    expect(networks[id]).toBeNull();
    expect(metricNetworkNames(networks)[`${id}Network`]).toBeNull();
  });

  it.skipIf(!haveData)('is named with the digest of its weights, once per process (needs the data folder)', () => {
    const networks = findMetricNetworks(dataDir, 'wasm');
    const name = networks[id]?.name as string;
    expect(name.startsWith(networks[id]?.metric.network as string)).toBe(true);
    expect(name).toMatch(/ \(weights sha256 [0-9a-f]{12}\)$/);
    expect(metricNetworkNames(networks)[`${id}Network`]).toBe(name);
    expect(findMetricNetworks(dataDir, 'wasm')[id]).toBe(networks[id]);
  });
});
