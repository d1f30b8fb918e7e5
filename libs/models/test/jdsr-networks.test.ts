import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import {
  sectionedEdsr,
  softLabelGenerator,
  superiorLrDecoder,
  superiorLrEncoder,
  type Model,
  type Scale,
  type SectionedEdsrConfig,
} from '@distillery/models';
import { disposeParams, normalTensor, seedRng, useEngine, UserError, type Params } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { shapeCount } from './shape-count';

const SCALES: readonly Scale[] = [2, 3, 4];
const student = (change: Partial<SectionedEdsrConfig> = {}) =>
  sectionedEdsr({ features: 6, sections: 3, blocks: 1, resScale: 0.5, scale: 2, rgbRange: 255, exits: 'all', ...change });
const image = (shape: [number, number, number, number], seed = 1) => tf.add(normalTensor(seedRng(seed), shape, 0.1), 0.5) as Tensor4D;

/** The image with its rows from `row` on shifted by one grey level of 0.1. */
function changedFrom(x: Tensor4D, row: number, count: number): Tensor4D {
  const [n, h, w, c] = x.shape;
  return tf.add(x, tf.pad(tf.fill([n, count, w, c], 0.1), [[0, 0], [row, h - row - count], [0, 0], [0, 0]])); // prettier-ignore
}

/** How much row `row` of the output changes when input row `input` does. */
function influence(model: Model, params: Params, side: number, input: number, row: number): number {
  return tf.tidy(() => {
    const x = image([1, side, side, 3]);
    const difference = tf.abs(tf.sub(model.apply(params, x), model.apply(params, changedFrom(x, input, 1))));
    return tf.max(tf.slice(difference, [0, row, 0, 0], [1, 1, -1, -1])).dataSync()[0] as number;
  });
}

beforeAll(() => useEngine('wasm'));

describe('parameter counts', () => {
  it('the student ships one tail of its K, and nothing else of what it trains with', () => {
    const config = { features: 64, sections: 4, blocks: 2, resScale: 0.1, scale: 4, rgbRange: 255 } as const;
    const trained = sectionedEdsr({ ...config, exits: 'all' });
    const shipped = sectionedEdsr({ ...config, exits: 'last' });
    expect(shapeCount(trained.shapes) - shapeCount(shipped.shapes)).toBe(3 * (36928 + 577 * 48));
    expect(Object.keys(shipped.shapes).filter((name) => name.startsWith('tail.'))).toEqual(
      ['tail.4.0.weight', 'tail.4.0.bias', 'tail.4.1.weight', 'tail.4.1.bias'], // prettier-ignore
    );
  });
});

describe.each(SCALES)('superior LR at x%i', (scale) => {
  const config = { features: 4, blocks: 1, scale, rgbRange: 255 } as const;
  const encoder = superiorLrEncoder(config);
  const decoder = superiorLrDecoder(config);

  it('encodes to LR size and decodes back', () => {
    const params = encoder.init(seedRng(1));
    const slr = encoder.apply(params, image([2, 5 * scale, 4 * scale, 3]));
    expect(slr.shape).toEqual([2, 5, 4, 3]);
    expect(decoder.apply(decoder.init(seedRng(2)), slr).shape).toEqual([2, 5 * scale, 4 * scale, 3]);
  });

  it('an encoded row depends on HR rows up to `halo` before its own, and no further', () => {
    const rows = Math.ceil(encoder.halo / scale) + 3;
    const side = scale * (2 * rows + 1);
    const reached = (row: number): boolean =>
      // A unit may be dead for some draws of the parameters.
      [1, 2, 3, 4].some((seed) => {
        const params = encoder.init(seedRng(seed));
        const change = influence(encoder, params, side, row, rows);
        disposeParams(params);
        return change > 0;
      });
    expect(reached(scale * rows - encoder.halo)).toBe(true);
    expect(reached(scale * rows - encoder.halo - 1)).toBe(false);
    expect(reached(scale * (rows + 1) + encoder.halo)).toBe(false);
  });
});

describe('sectioned EDSR', () => {
  it.each(SCALES)('outputs its deepest exit, the same with one tail or all, x%i', (scale) => {
    const all = student({ scale });
    const last = student({ scale, exits: 'last' });
    const params = all.init(seedRng(1));
    const x = image([2, 5, 4, 3]);
    const shipped = Object.fromEntries(Object.keys(last.shapes).map((name) => [name, params[name] as tf.Tensor]));
    const output = all.apply(params, x);
    expect(output.shape).toEqual([2, 5 * scale, 4 * scale, 3]);
    expect(last.apply(shipped, x).dataSync()).toEqual(output.dataSync());
    // The same seed draws the same trunk and the same last tail.
    expect(last.init(seedRng(1))['tail.3.1.weight']?.dataSync()).toEqual(params['tail.3.1.weight']?.dataSync());
  });

  it('exit i is tail i on head + section i', () => {
    const model = student({ rgbRange: 1, resScale: 1 });
    const params = model.init(seedRng(1));
    const seen: Record<string, number[]> = {};
    model.apply(params, image([1, 4, 4, 3]), (name, feature) => (seen[name] = [...feature.dataSync()]));
    expect(Object.keys(seen)).toEqual(['head', 'section.1', 'exit.1', 'section.2', 'exit.2', 'section.3']);
    // With one section, the first exit of a deeper network is the output.
    const one = student({ rgbRange: 1, resScale: 1, sections: 1 });
    const expected = one.apply(
      Object.fromEntries(Object.keys(one.shapes).map((name) => [name, params[name] as tf.Tensor])),
      image([1, 4, 4, 3]),
    );
    expect(seen['exit.1']).toEqual([...expected.dataSync()]);
  });
});

describe('soft-label generator', () => {
  const config = { features: 4, sections: 3, scale: 2, rgbRange: 1 } as const;
  const generator = softLabelGenerator(config);
  const maps = () => [0, 1, 2, 3].map((seed) => image([2, 3, 5, 4], seed));

  it('makes a label of HR size for every exit but the last', () => {
    const labels = generator.apply(generator.init(seedRng(1)), maps(), image([2, 3, 5, 3]));
    expect(labels.map(({ shape }) => shape)).toEqual([[2, 6, 10, 3], [2, 6, 10, 3]]); // prettier-ignore
  });

  it('a label depends on the features of its own exit and of deeper ones only', () => {
    const params = generator.init(seedRng(1));
    const x = image([2, 3, 5, 3]);
    const labels = (changed: number | null) =>
      generator.apply(params, maps().map((map, i) => (i === changed ? tf.add<Tensor4D>(map, 0.3) : map)), x); // prettier-ignore
    const [first, second] = labels(null).map((label) => [...label.dataSync()]);
    const moved = (changed: number) => labels(changed).map((label, i) => tf.max(tf.abs(tf.sub(label, tf.tensor([first, second][i] as number[], label.shape)))).dataSync()[0] as number > 0); // prettier-ignore
    expect([0, 1, 2, 3].map(moved)).toEqual([[true, true], [true, false], [true, true], [true, true]]); // prettier-ignore
  });

  it('with silent tails the labels are the bilinear enlargement', () => {
    const params = Object.fromEntries(Object.entries(generator.shapes).map(([name, shape]) => [name, tf.zeros([...shape])]));
    const x = image([2, 3, 5, 3]);
    const bilinear = tf.image.resizeBilinear(x, [6, 10], false, true).dataSync();
    for (const label of generator.apply(params, maps(), x)) expect(label.dataSync()).toEqual(bilinear);
  });

  it.each([
    [{ ...config, features: 5 }, 'features 5: expected an even number'],
    [{ ...config, sections: 1 }, 'sections 1: expected an integer of at least 2'],
  ])('refuses %j', (bad, message) => {
    expect(() => softLabelGenerator(bad)).toThrow(UserError);
    expect(() => softLabelGenerator(bad)).toThrow(message);
  });

  it('refuses features of another network', () => {
    expect(() => generator.apply(generator.init(seedRng(1)), maps().slice(1), image([2, 3, 5, 3]))).toThrow('3 feature maps, expected 4');
  });
});
