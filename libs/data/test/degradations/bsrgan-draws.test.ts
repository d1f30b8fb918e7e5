import { describe, expect, it } from 'vitest';
import { drawBsrgan, type Stage } from '../../src/degradations/bsrgan';
import { drawGaussianBlur, drawJpegQuality, drawLevelledNoise } from '../../src/degradations/bsrgan-draws';
import { drawCovariance } from '../../src/degradations/correlated-noise';
import { draws, expectShare, expectUniform, present } from './draw-statistics';

describe('BSRGAN', () => {
  const all = draws((rng) => drawBsrgan(rng, 4));
  const stages = (kind: Stage['kind'], from = all) => from.flatMap((draw) => draw.stages.filter((stage) => stage.kind === kind));
  const index = (list: readonly Stage[], ...kinds: Stage['kind'][]) => list.findIndex(({ kind }) => kinds.includes(kind));

  it('halves first once in four at scale 4, and never at others', () => {
    expectShare(all, ({ halving }) => halving !== null, 0.25);
    const halvings = present(all.map(({ halving }) => halving));
    expectShare(halvings, (kind) => kind === 'matlab-bicubic', 0.5);
    for (const kind of ['bilinear', 'bicubic', 'area']) expectShare(halvings, (halving) => halving === kind, 1 / 6);
    expect(draws((rng) => drawBsrgan(rng, 2)).every(({ halving }) => halving === null)).toBe(true);
  });

  it('has seven operations in random order, the first shrinking before the second', () => {
    for (const draw of all.slice(0, 500)) {
      expect(draw.stages).toHaveLength(7);
      expect(draw.stages.filter(({ kind }) => kind === 'blur')).toHaveLength(2);
      expect(index(draw.stages, 'shrink', 'pick')).toBeLessThan(index(draw.stages, 'finish'));
    }
    // Of 21 pairs of places one has both at the very start; all but the two shrinkings stand anywhere equally often.
    expectShare(all, ({ stages: list }) => index(list, 'shrink', 'pick') === 0 && index(list, 'finish') === 1, 1 / 21);
    for (let place = 0; place < 7; place++) expectShare(all, ({ stages: list }) => index(list, 'noise') === place, 1 / 7);
  });

  it('shrinks by a factor or by picking pixels, at the scale that is left', () => {
    for (const [left, from] of [
      [2, all.filter(({ halving }) => halving !== null)],
      [4, all.filter(({ halving }) => halving === null)],
    ] as const) {
      const shrinks = stages('shrink', from).flatMap((stage) => (stage.kind === 'shrink' ? [stage] : []));
      const picks = stages('pick', from).flatMap((stage) => (stage.kind === 'pick' ? [stage.sigma] : []));
      expectShare(from, ({ stages: list }) => index(list, 'shrink') >= 0, 0.75);
      expectUniform(
        shrinks.map(({ factor }) => 1 / factor),
        1,
        2 * left,
      );
      expectUniform(picks, 0.1, 0.6 * left);
      for (const kind of ['bilinear', 'bicubic', 'area']) expectShare(shrinks, ({ interpolation }) => interpolation === kind, 1 / 3);
    }
  });

  it.each([2, 4])('blurs with half of its Gaussians anisotropic, scale %i', (scale) => {
    const blurs = draws((rng) => drawGaussianBlur(rng, scale));
    const aniso = blurs.filter(({ spread }) => spread.sigmaX !== spread.sigmaY);
    const iso = blurs.filter(({ spread }) => spread.sigmaX === spread.sigmaY);
    expectShare(blurs, ({ spread }) => spread.sigmaX !== spread.sigmaY, 0.5);
    for (let side = 7; side <= 25; side += 2) expectShare(blurs, (blur) => blur.side === side, 1 / 10);
    expectUniform(
      iso.map(({ spread }) => spread.sigmaX),
      0,
      2 + 0.2 * scale,
    );
    for (const axis of ['sigmaX', 'sigmaY'] as const)
      expectUniform(
        aniso.map(({ spread }) => spread[axis] ** 2),
        0,
        4 + scale,
      );
    expectUniform(
      aniso.map(({ spread }) => spread.rotation),
      0,
      Math.PI,
    );
  });

  it('adds coloured, grey or correlated noise of a whole level', () => {
    const noises = draws(drawLevelledNoise);
    expectShare(noises, ({ colour }) => colour === 'colour', 0.4);
    expectShare(noises, ({ colour }) => colour === 'grey', 0.4);
    for (let level = 2; level <= 25; level++) expectShare(noises, (noise) => noise.level === level, 1 / 24);
  });

  it('compresses nine times in ten on the way, and always at the end, at whole qualities', () => {
    expectShare(all, ({ stages: list }) => index(list, 'jpeg') >= 0, 0.9);
    const qualities = [...all.map(({ quality }) => quality), ...draws(drawJpegQuality)];
    expect(qualities.every((quality) => Number.isInteger(quality) && quality >= 30 && quality <= 95)).toBe(true);
    expectShare(qualities, (quality) => quality === 30, 1 / 66);
    expectShare(qualities, (quality) => quality === 95, 1 / 66);
  });

  it('draws symmetric covariances of non-negative entries and a trace of three uniforms', () => {
    for (const matrix of draws(drawCovariance).slice(0, 200)) {
      matrix.forEach((row, i) =>
        row.forEach((value, j) => {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeCloseTo(matrix[j]?.[i] as number, 12);
        }),
      );
      // The diagonal of U^T D U is not negative anyway: its sum is that of D, three uniforms.
      const trace = matrix[0][0] + matrix[1][1] + matrix[2][2];
      expect(trace).toBeLessThanOrEqual(3);
    }
  });
});
