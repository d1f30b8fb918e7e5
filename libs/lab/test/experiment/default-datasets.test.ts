import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePng } from '@distillery/data';
import { defaultDatasets, type Tier } from '@distillery/lab';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder';

describe('defaultDatasets', () => {
  it('takes the built-in images without a data folder', () => {
    expect(defaultDatasets('small', null)).toEqual({
      train: 'procedural',
      evaluate: ['procedural-test'],
      validate: { set: 'procedural-validate', points: 20 },
    });
  });

  it('takes the benchmarks that are there, Set5 always', async () => {
    const dataDir = await temporaryFolder();
    expect(defaultDatasets('small', dataDir)).toEqual({ train: 'T91', evaluate: ['Set5'] });
    await mkdir(join(dataDir, 'benchmarks/Set14/HR'), { recursive: true });
    await writeFile(
      join(dataDir, 'benchmarks/Set14/HR/a.png'),
      await encodePng({ width: 4, height: 4, channels: 1, data: new Uint8Array(16) }),
    );
    expect(defaultDatasets('small', dataDir)).toEqual({ train: 'T91', evaluate: ['Set5', 'Set14'] });
    expect(defaultDatasets('smoke', dataDir)).toEqual({ train: 'T91', evaluate: ['Set5'] });
    await mkdir(join(dataDir, 'train/General-100-subset'), { recursive: true });
    await writeFile(
      join(dataDir, 'train/General-100-subset/a.png'),
      await encodePng({ width: 4, height: 4, channels: 1, data: new Uint8Array(16) }),
    );
    expect(defaultDatasets('smoke', dataDir).validate).toEqual({ set: 'General-100-subset', points: 2 });
  });

  it('takes the target domains whose sets are all there, their middles at the smoke tier', async () => {
    const dataDir = await temporaryFolder();
    const store = async (folder: string, name: string) => {
      await mkdir(join(dataDir, 'realworld', folder), { recursive: true });
      const image = await encodePng({ width: 4, height: 4, channels: 1, data: new Uint8Array(16) });
      await writeFile(join(dataDir, 'realworld', folder, `${name}.png`), image);
    };
    await store('RealSRSet', 'a');
    await store('City100-subset/iPhoneX', '002H');
    const telephone = {
      adapt: 'City100-iPhoneX-shrunk-adapt',
      validate: 'City100-iPhoneX-shrunk-validate',
      test: ['City100-iPhoneX-shrunk-test'],
    };
    expect(defaultDatasets('small', dataDir).real).toEqual([telephone]);
    await store('RealSR-NTIRE2019-val-subset/HR', 'cam1_01');
    const photographs = { adapt: 'RealSRSet', validate: 'RealSR-NTIRE2019-shrunk-validate', test: ['RealSR-NTIRE2019-shrunk-test'] };
    expect(defaultDatasets('small', dataDir).real).toEqual([telephone, photographs]);
    expect(defaultDatasets('smoke', dataDir).real?.map(({ test }) => test)).toEqual([
      ['City100-iPhoneX-shrunk-test-centre'],
      ['RealSR-NTIRE2019-shrunk-test-centre'],
    ]);
  });

  it('takes the largest size of a target domain as evidence, and the smallest where nothing is judged', async () => {
    const dataDir = await temporaryFolder();
    const image = await encodePng({ width: 4, height: 4, channels: 1, data: new Uint8Array(16) });
    for (const folder of ['City100-subset/NikonD5500', 'City100/City100_NikonD5500']) {
      await mkdir(join(dataDir, 'realworld', folder), { recursive: true });
      await writeFile(join(dataDir, 'realworld', folder, '002H.png'), image);
    }
    const adapted = (tier: Tier) => defaultDatasets(tier, dataDir).real?.map(({ adapt, test }) => [adapt, ...test]);
    expect(adapted('small')).toEqual([['City100-NikonD5500-all-shrunk-adapt', 'City100-NikonD5500-all-shrunk-test']]);
    expect(adapted('smoke')).toEqual([['City100-NikonD5500-shrunk-adapt', 'City100-NikonD5500-shrunk-test-centre']]);
  });
});
