import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import {
  correlation,
  discriminatorLoss,
  generatorLoss,
  interModelLoss,
  intraModelLoss,
  perceptualLoss,
  stopGradient,
  waveletL1,
  type InterDistance,
  type IntraDistance,
} from '@distillery/distill';
import { useEngine } from '@distillery/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkLoss, normalValues, onEveryEngine } from './every-engine';

const N = 2;
const H = 3;
const W = 2;
const C = 4;
const SHAPE = [N, H, W, C];

/** Features of both networks and domains: trained on synthetic and real, reference on synthetic and real. */
const FEATURES = {
  gs: normalValues(1, SHAPE),
  gt: normalValues(2, SHAPE),
  rs: normalValues(3, SHAPE),
  rt: normalValues(4, SHAPE),
};
type Key = keyof typeof FEATURES;
type Numbers = readonly number[];

const pair = ({ gs, gt, rs, rt }: Readonly<Record<Key, Tensor>>) => ({
  trained: { synthetic: gs as Tensor4D, real: gt as Tensor4D },
  reference: { synthetic: rs as Tensor4D, real: rt as Tensor4D },
});

const at = (n: number, p: number, c: number): number => (n * H * W + p) * C + c;
const zip = (a: Numbers, b: Numbers, f: (x: number, y: number) => number): number[] => a.map((x, i) => f(x, b[i] as number));
const mean = (values: Numbers): number => values.reduce((a, b) => a + b, 0) / values.length;

/** F^T F / (h w c) per sample, by loops. */
function gram(features: Numbers): number[] {
  const out: number[] = [];
  for (let n = 0; n < N; n++)
    for (let i = 0; i < C; i++)
      for (let j = 0; j < C; j++) {
        let sum = 0;
        for (let p = 0; p < H * W; p++) sum += (features[at(n, p, i)] as number) * (features[at(n, p, j)] as number);
        out.push(sum / (H * W * C));
      }
  return out;
}

function interReference(distance: InterDistance, { gs, gt, rs, rt }: Readonly<Record<Key, Numbers>>): number {
  const minus = (a: Numbers, b: Numbers) => zip(a, b, (x, y) => x - y);
  const of: Record<InterDistance, (g: Numbers, r: Numbers) => number[]> = {
    'gram-of-difference': (g, r) => gram(minus(g, r)),
    'difference-of-grams': (g, r) => minus(gram(g), gram(r)),
    l1: (g, r) => minus(g, r).map(Math.abs),
    l2: (g, r) => minus(g, r).map((d) => d * d),
  };
  const change = minus(of[distance](gt, rt), of[distance](gs, rs));
  if (distance === 'l1' || distance === 'l2') return mean(change.map(Math.abs));
  return Math.sqrt(change.reduce((sum, d) => sum + d * d, 0) + 1e-12);
}

function intraReference(distance: IntraDistance, { gs, gt, rs, rt }: Readonly<Record<Key, Numbers>>): number {
  const ours = zip(gt, gs, (t, s) => Math.abs(t - s));
  const target = zip(rt, rs, (t, s) => Math.abs(t - s));
  if (distance === 'l1') return mean(zip(ours, target, (a, b) => Math.abs(a - b)));
  if (distance === 'l2') return mean(zip(ours, target, (a, b) => (a - b) ** 2));
  const perPosition: number[] = [];
  for (let n = 0; n < N; n++)
    for (let p = 0; p < H * W; p++) {
      const channels = (d: Numbers) => Array.from({ length: C }, (_, c) => d[at(n, p, c)] as number);
      const [a, b] = [channels(ours), channels(target)];
      if (distance === 'cosine') {
        const norm = (v: number[]) => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
        perPosition.push(1 - a.reduce((sum, x, c) => sum + x * (b[c] as number), 0) / (norm(a) * norm(b)));
      } else {
        const softmax = (v: number[]) => v.map((x) => Math.exp(x) / v.reduce((sum, y) => sum + Math.exp(y), 0));
        const [q, t] = [softmax(a), softmax(b)];
        perPosition.push(-t.reduce((sum, x, c) => sum + x * Math.log((q[c] as number) + 1e-6), 0));
      }
    }
  return mean(perPosition);
}

/** Haar sub-bands by loops over 2x2 blocks. */
function waveletReference({ a, b }: { a: Numbers; b: Numbers }): number {
  const [h, w, c] = [4, 6, 3];
  const bands: Record<'low' | 'edges' | 'diagonal', number[]> = { low: [], edges: [], diagonal: [] };
  for (let n = 0; n < 2; n++)
    for (let y = 0; y < h; y += 2)
      for (let x = 0; x < w; x += 2)
        for (let k = 0; k < c; k++) {
          const d = (dy: number, dx: number): number => {
            const i = ((n * h + y + dy) * w + x + dx) * c + k;
            return (a[i] as number) - (b[i] as number);
          };
          const [tl, tr, bl, br] = [d(0, 0), d(0, 1), d(1, 0), d(1, 1)];
          bands.low.push(Math.abs(tl + tr + bl + br) / 2);
          bands.edges.push(Math.abs(tl + bl - tr - br) / 2, Math.abs(tl + tr - bl - br) / 2);
          bands.diagonal.push(Math.abs(tl - tr - bl + br) / 2);
        }
  return mean(bands.low) + 0.1 * mean(bands.edges) + 0.01 * mean(bands.diagonal);
}

const softplus = (x: number): number => Math.log(1 + Math.exp(x));

// Golden values: numpy in float64 on the same inputs (einsum for the Gram matrices, scipy's softmax, the orthonormal Haar matrix on either side).
const INTER_GOLDEN = 1.8256938878248714;
const INTRA_GOLDEN = 1.545719049563487;
const WAVELET_GOLDEN = 1.223067199042739;

onEveryEngine(() => {
  describe('inter-model distance', () => {
    for (const distance of ['gram-of-difference', 'difference-of-grams', 'l1', 'l2'] as const)
      checkLoss<Key>({
        name: distance,
        inputs: FEATURES,
        loss: (features) => interModelLoss(pair(features), distance),
        reference: (features) => interReference(distance, features),
        ...(distance === 'gram-of-difference' && { golden: INTER_GOLDEN }),
      });
  });

  describe('intra-model distance', () => {
    for (const distance of ['cross-entropy', 'l1', 'l2', 'cosine'] as const)
      checkLoss<Key>({
        name: distance,
        inputs: FEATURES,
        loss: (features) => intraModelLoss(pair(features), distance),
        reference: (features) => intraReference(distance, features),
        ...(distance === 'cross-entropy' && { golden: INTRA_GOLDEN }),
      });
  });

  describe('supervised parts', () => {
    checkLoss<'a' | 'b'>({
      name: 'wavelet L1',
      inputs: { a: normalValues(5, [2, 4, 6, 3]), b: normalValues(6, [2, 4, 6, 3]) },
      loss: ({ a, b }) => waveletL1(a as Tensor4D, b as Tensor4D),
      reference: waveletReference,
      golden: WAVELET_GOLDEN,
    });
    checkLoss<'a' | 'b' | 'c' | 'd'>({
      name: 'perceptual',
      inputs: { a: normalValues(7, [2, 5]), b: normalValues(8, [2, 5]), c: normalValues(9, [3]), d: normalValues(10, [3]) },
      loss: ({ a, b, c, d }) => perceptualLoss([a, c], [b, d], [0.1, 2]),
      reference: ({ a, b, c, d }) => 0.1 * mean(zip(a, b, (x, y) => Math.abs(x - y))) + 2 * mean(zip(c, d, (x, y) => Math.abs(x - y))),
    });
    checkLoss<'fake'>({
      name: 'generator',
      inputs: { fake: normalValues(11, [2, 3, 3, 1], 3) },
      loss: ({ fake }) => generatorLoss(fake),
      reference: ({ fake }) => mean(fake.map((logit) => softplus(-logit))),
    });
    checkLoss<'real' | 'fake'>({
      name: 'discriminator',
      inputs: { real: normalValues(12, [2, 3, 3, 1], 3), fake: normalValues(13, [2, 3, 3, 1], 3) },
      loss: ({ real, fake }) => discriminatorLoss(real, fake),
      reference: ({ real, fake }) => mean(real.map((logit) => softplus(-logit))) + mean(fake.map(softplus)),
    });
  });

  describe('correlation', () => {
    checkLoss<'a' | 'b'>({
      name: 'Pearson',
      inputs: { a: normalValues(14, [2, 8]), b: normalValues(15, [2, 8]) },
      loss: ({ a, b }) => correlation(a, b),
      reference: ({ a, b }) => {
        const centred = (v: Numbers) => v.map((x) => x - mean(v));
        const [x, y] = [centred(a), centred(b)];
        const product = (p: Numbers, q: Numbers) => zip(p, q, (s, t) => s * t).reduce((sum, v) => sum + v, 0);
        return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
      },
    });
  });
});

describe('PDD losses', () => {
  beforeAll(() => useEngine('wasm'));
  const same = (seed: number): Tensor4D => tf.tensor([...normalValues(seed, SHAPE).data], SHAPE as [number, number, number, number]);
  const number = (scalar: tf.Tensor): number => scalar.dataSync()[0] as number;

  it('have no gradient, and no NaN, where both networks are the same (the start of EMA)', () => {
    const [s, t] = [same(1), same(2)];
    const reference = { synthetic: same(1), real: same(2) };
    const inter = tf.grad((x) => interModelLoss({ trained: { synthetic: s, real: x as Tensor4D }, reference }, 'gram-of-difference'))(t);
    expect(Math.max(...inter.dataSync().map(Math.abs))).toBe(0);
    const intra = tf.grad((x) => intraModelLoss({ trained: { synthetic: s, real: x as Tensor4D }, reference }, 'cross-entropy'))(t);
    // Up to the 1e-6 inside the logarithm.
    expect(Math.max(...intra.dataSync().map(Math.abs))).toBeLessThan(1e-6);
  });

  it('the inter-model term grows as the root of the batch size', () => {
    const once = pair({ gs: same(1), gt: same(2), rs: same(3), rt: same(4) });
    const twice = pair({
      gs: tf.concat([same(1), same(1)]),
      gt: tf.concat([same(2), same(2)]),
      rs: tf.concat([same(3), same(3)]),
      rt: tf.concat([same(4), same(4)]),
    });
    expect(number(interModelLoss(twice, 'gram-of-difference')) / number(interModelLoss(once, 'gram-of-difference'))).toBeCloseTo(
      Math.SQRT2,
      5,
    );
    expect(number(intraModelLoss(twice, 'cross-entropy'))).toBeCloseTo(number(intraModelLoss(once, 'cross-entropy')), 5);
  });

  it('the intra-model term is at its least, the entropy of the target, where the changes agree', () => {
    const [s, t] = [same(1), same(2)];
    const reference = { synthetic: s, real: t };
    const least = number(intraModelLoss({ trained: reference, reference }, 'cross-entropy'));
    expect(least).toBeGreaterThan(0);
    for (const seed of [3, 4, 5])
      expect(number(intraModelLoss({ trained: { synthetic: s, real: same(seed) }, reference }, 'cross-entropy'))).toBeGreaterThan(least);
  });

  it('stopGradient keeps the value and lets nothing back', () => {
    const x = same(1);
    expect([...stopGradient(x).dataSync()]).toEqual([...x.dataSync()]);
    const gradient = tf.grad((y) => tf.sum(tf.add(tf.mul(y, 2), tf.square(stopGradient(y)))))(x);
    expect([...gradient.dataSync()]).toEqual(Array(x.size).fill(2));
  });

  it('refuse lists of different length and odd sides', () => {
    expect(() => perceptualLoss([same(1)], [same(2)], [1, 2])).toThrow(/2 layer weights for 1 and 1/);
    expect(() => waveletL1(same(1), same(2))).toThrow(/even sides, not 2x3/);
  });
});
