import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { contrastiveLoss, type Denominator } from '@distillery/distill';
import { normalTensor, seedRng, useEngine } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';

const LAYER_WEIGHTS = [0.25, 1];
const SHAPES = [
  [3, 4, 4, 2],
  [3, 2, 2, 5],
] as const;
const NEGATIVES = 4;

interface Features {
  anchor: Tensor4D[];
  positive: Tensor4D[];
  negatives: Tensor4D[];
}

function randomFeatures(): Features {
  const rng = seedRng(7);
  const draw = (count: number) => SHAPES.map(([, h, w, c]) => normalTensor(rng, [count, h, w, c]) as Tensor4D);
  return { anchor: draw(3), positive: draw(3), negatives: draw(NEGATIVES) };
}

/** The loss in float64, straight from the formula: loops over anchors, negatives and positions. */
function reference(anchor: number[][], positive: number[][], negatives: number[][], denominator: Denominator, constant?: number[]): number {
  return LAYER_WEIGHTS.reduce((sum, weight, j) => {
    const a = anchor[j] as number[];
    const p = positive[j] as number[];
    const n = negatives[j] as number[];
    const distance = a.reduce((total, value, i) => total + Math.abs(value - (p[i] as number)), 0) / a.length;
    if (denominator === 'none') return sum + weight * distance;
    const each = n.length / NEGATIVES;
    let repulsion = 0;
    for (let k = 0; k < NEGATIVES; k++)
      a.forEach((value, i) => (repulsion += Math.abs(value - (n[k * each + (i % each)] as number)) / a.length));
    if (denominator !== 'sum') repulsion /= NEGATIVES;
    return sum + (weight * distance) / ((constant?.[j] ?? repulsion) + 1e-7);
  }, 0);
}

const values = (tensors: Tensor4D[]) => tensors.map((tensor) => [...tensor.dataSync()]);

describe('contrastiveLoss', () => {
  beforeAll(() => useEngine('wasm'));

  it.each(['sum', 'mean', 'constant', 'none'] as const)('has the value of the formula, denominator %s', (denominator) => {
    const f = randomFeatures();
    const loss = contrastiveLoss({ ...f, layerWeights: LAYER_WEIGHTS, denominator }).dataSync()[0] as number;
    expect(loss).toBeCloseTo(reference(values(f.anchor), values(f.positive), values(f.negatives), denominator), 5);
  });

  it.each(['sum', 'mean', 'none'] as const)('has the gradient of central differences, denominator %s', (denominator) => {
    const f = randomFeatures();
    const gradient = tf.grad((x) =>
      contrastiveLoss({ ...f, anchor: [x as Tensor4D, f.anchor[1] as Tensor4D], layerWeights: LAYER_WEIGHTS, denominator }),
    )(f.anchor[0] as Tensor4D);
    const analytic = gradient.dataSync();
    const [anchor, positive, negatives] = [values(f.anchor), values(f.positive), values(f.negatives)];
    const h = 1e-6;
    (anchor[0] as number[]).forEach((value, i) => {
      const at = (shifted: number) => {
        const moved = [...(anchor[0] as number[])];
        moved[i] = shifted;
        return reference([moved, anchor[1] as number[]], positive, negatives, denominator);
      };
      expect(analytic[i]).toBeCloseTo((at(value + h) - at(value - h)) / (2 * h), 5);
    });
  });

  it('lets no gradient through a constant denominator', () => {
    const f = randomFeatures();
    const [anchor, positive, negatives] = [values(f.anchor), values(f.positive), values(f.negatives)];
    const constant = SHAPES.map((_, j) => {
      const only = LAYER_WEIGHTS.map((__, i) => (i === j ? 1 : 0));
      const ratio = contrastiveLoss({ ...f, layerWeights: only, denominator: 'mean' }).dataSync()[0] as number;
      const distance = contrastiveLoss({ ...f, layerWeights: only, denominator: 'none' }).dataSync()[0] as number;
      return distance / ratio;
    });
    const analytic = tf
      .grad((x) =>
        contrastiveLoss({ ...f, anchor: [x as Tensor4D, f.anchor[1] as Tensor4D], layerWeights: LAYER_WEIGHTS, denominator: 'constant' }),
      )(f.anchor[0] as Tensor4D)
      .dataSync();
    const h = 1e-6;
    (anchor[0] as number[]).forEach((value, i) => {
      const at = (shifted: number) => {
        const moved = [...(anchor[0] as number[])];
        moved[i] = shifted;
        return reference([moved, anchor[1] as number[]], positive, negatives, 'constant', constant);
      };
      expect(analytic[i]).toBeCloseTo((at(value + h) - at(value - h)) / (2 * h), 4);
    });
  });

  it('halves when every negative is given twice and summed, and stays when averaged', () => {
    const f = randomFeatures();
    const twice = { ...f, negatives: f.negatives.map((n) => tf.concat([n, n], 0)) };
    const loss = (features: Features, denominator: Denominator) =>
      contrastiveLoss({ ...features, layerWeights: LAYER_WEIGHTS, denominator }).dataSync()[0] as number;
    expect(loss(twice, 'sum')).toBeCloseTo(loss(f, 'sum') / 2, 6);
    expect(loss(twice, 'mean')).toBeCloseTo(loss(f, 'mean'), 6);
  });

  it('refuses features and weights of different counts', () => {
    const f = randomFeatures();
    expect(() => contrastiveLoss({ ...f, layerWeights: [1], denominator: 'sum' })).toThrow(RangeError);
  });
});
