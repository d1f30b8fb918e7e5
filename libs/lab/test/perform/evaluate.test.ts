import { openDataset, type Dataset } from '@distillery/data';
import type { Deployed } from '@distillery/distill';
import { evaluateModel, type Paper } from '@distillery/lab';
import { PROTOCOLS, score } from '@distillery/metrics';
import { edsr, fsrcnn, upscale } from '@distillery/models';
import { disposeParams, seedRng, useEngine } from '@distillery/tensor';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { costOf } from '../../src/costs/network-cost';
import { cropCollector } from '../../src/perform/crops';
import { findMetricNetworks } from '../../src/frozen/metric-networks';
import { evaluateNetworks, type EvaluatedImage } from '../../src/perform/evaluate';
import { makeRecipe } from '../fixtures/results';

const PAPER = { id: 'none', claims: [] } as unknown as Paper;
const recipe = { ...makeRecipe(), evaluate: { networks: ['student'], selfEnsemble: true } };
const protocol = PROTOCOLS['y-border-scale'];

const luma = fsrcnn({ features: 4, shrunk: 2, mapping: 1, scale: 2, tail: { kind: 'sub-pixel' } });
const rgb = edsr({ features: 4, blocks: 1, resScale: 1, scale: 2, rgbRange: 1 });

describe('evaluateNetworks', () => {
  let dataset: Dataset;
  beforeAll(async () => {
    await useEngine('wasm');
    const { items, ...set } = await openDataset('procedural-test', null);
    dataset = { ...set, items: items.slice(0, 2) };
  });

  /** Scores and images of one network. */
  async function evaluated(network: Deployed) {
    const images: EvaluatedImage[] = [];
    const evaluations = await evaluateNetworks(
      { student: network },
      {
        paper: PAPER,
        recipe,
        datasets: [dataset],
        metricNetworks: findMetricNetworks(null, 'wasm'),
        onImage: (_, __, image) => images.push(image),
      },
    );
    return { images, single: evaluations[0], ensemble: evaluations[1] };
  }

  it('scores the luma of a luma network as it is, not that of its 8-bit image', async () => {
    const network = { model: luma, params: luma.init(seedRng(1)) };
    const { images, single, ensemble } = await evaluated(network);
    const expected = await evaluateModel(network, dataset, 2, [protocol]);
    expect(single).toMatchObject({ network: 'student', protocol: protocol.name, selfEnsemble: false });
    expect(single?.images.map(({ psnr }) => psnr)).toEqual(expected.images.map(({ scores }) => scores[0]?.psnr));
    expect(ensemble?.images[0]?.psnr).not.toBe(single?.images[0]?.psnr);
    const { sr, hr } = images[0] as EvaluatedImage;
    expect(score(sr, hr, protocol, 2).psnr).not.toBe(single?.images[0]?.psnr);
    disposeParams(network.params);
  });

  it('scores the 8-bit image of an RGB network', async () => {
    const network = { model: rgb, params: rgb.init(seedRng(1)) };
    const { images, single } = await evaluated(network);
    expect(single?.images.map(({ psnr }) => psnr)).toEqual(images.map(({ sr, hr }) => score(sr, hr, protocol, 2).psnr));
    disposeParams(network.params);
  });

  it.each([luma, rgb])('shows what $name makes of an image, in RGB, and counts what it costs', async (model) => {
    const network = { model, params: model.init(seedRng(1)) };
    const { images } = await evaluated(network);
    const [first] = images as [EvaluatedImage];
    expect(first.sr).toEqual(await upscale(model, network.params, first.lr));
    expect([first.sr.width, first.sr.height, first.sr.channels]).toEqual([first.hr.width, first.hr.height, 3]);
    const collector = cropCollector([dataset], 2);
    collector.add('student', dataset, first);
    expect((await collector.crops()).map(({ shows }) => shows)).toEqual(['hr', 'lr', 'bicubic', 'hr', 'student']);
    const before = memory().numTensors;
    expect(costOf('student', network, 2).multiplyAdds).toBeGreaterThan(0);
    expect(memory().numTensors).toBe(before);
    disposeParams(network.params);
  });
});
