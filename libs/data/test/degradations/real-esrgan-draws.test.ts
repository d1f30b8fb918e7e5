import { describe, expect, it } from 'vitest';
import { drawRealEsrgan } from '../../src/degradations/real-esrgan';
import {
  drawRound,
  FIRST_ROUND,
  SECOND_ROUND,
  type BlurDraw,
  type NoiseDraw,
  type RoundDraw,
} from '../../src/degradations/real-esrgan-draws';
import { draws, expectShare, expectUniform, present } from './draw-statistics';

const kindOf = (blur: BlurDraw): string => {
  if (blur.kind === 'sinc') return 'sinc';
  return `${blur.kind} ${blur.spread.sigmaX === blur.spread.sigmaY ? 'iso' : 'aniso'}`;
};
const only = <T extends { kind: string }, K extends T['kind']>(items: readonly T[], kind: K): Extract<T, { kind: K }>[] =>
  items.filter((item): item is Extract<T, { kind: K }> => item.kind === kind);

describe('Real-ESRGAN', () => {
  const rounds = { first: draws((rng) => drawRound(rng, FIRST_ROUND)), second: draws((rng) => drawRound(rng, SECOND_ROUND)) };
  const each = [
    ['first', { blur: 1, sigma: 3, up: 0.2, down: 0.7, upTo: 1.5, downTo: 0.15, gaussian: 30, poisson: 3 }],
    ['second', { blur: 0.8, sigma: 1.5, up: 0.3, down: 0.4, upTo: 1.2, downTo: 0.3, gaussian: 25, poisson: 2.5 }],
  ] as const;

  it.each(each)('blurs in the %s round with the published kernels', (name, law) => {
    const round: RoundDraw[] = rounds[name];
    expectShare(round, ({ blur }) => blur !== null, law.blur);
    const blurs = present(round.map(({ blur }) => blur));
    for (let side = 7; side <= 21; side += 2) expectShare(blurs, (blur) => blur.side === side, 1 / 8);
    const sincs = only<BlurDraw, 'sinc'>(blurs, 'sinc');
    expectShare(blurs, ({ kind }) => kind === 'sinc', 0.1);
    expectUniform(
      sincs.filter(({ side }) => side < 13).map(({ cutoff }) => cutoff),
      Math.PI / 3,
      Math.PI,
    );
    expectUniform(
      sincs.filter(({ side }) => side >= 13).map(({ cutoff }) => cutoff),
      Math.PI / 5,
      Math.PI,
    );

    const rest = blurs.flatMap((blur) => (blur.kind === 'sinc' ? [] : [blur]));
    const shares = {
      'gaussian iso': 0.45,
      'gaussian aniso': 0.25,
      'generalised iso': 0.12,
      'generalised aniso': 0.03,
      'plateau iso': 0.12,
      'plateau aniso': 0.03,
    };
    for (const [kind, p] of Object.entries(shares)) expectShare(rest, (blur) => kindOf(blur) === kind, p);
    expectUniform(
      rest.map(({ spread }) => spread.sigmaX),
      0.2,
      law.sigma,
    );
    const aniso = rest.filter((blur) => kindOf(blur).endsWith('aniso'));
    expectUniform(
      aniso.map(({ spread }) => spread.sigmaY),
      0.2,
      law.sigma,
    );
    expectUniform(
      aniso.map(({ spread }) => spread.rotation),
      -Math.PI,
      Math.PI,
    );
    for (const { spread } of rest.filter((blur) => !kindOf(blur).endsWith('aniso'))) expect(spread.rotation).toBe(0);
  });

  it('draws the shapes of generalised kernels and plateaus half from below 1, half from above', () => {
    const blurs = present([...rounds.first, ...rounds.second].map(({ blur }) => blur));
    const betas = (kind: 'generalised' | 'plateau') => blurs.flatMap((blur) => (blur.kind === kind ? [blur.beta] : []));
    expectShare(betas('generalised'), (beta) => beta < 1, 0.5);
    expectUniform(
      betas('generalised').filter((beta) => beta < 1),
      0.5,
      1,
    );
    expectUniform(
      betas('generalised').filter((beta) => beta >= 1),
      1,
      4,
    );
    expectShare(betas('plateau'), (beta) => beta === 1, 0.5);
    expectUniform(
      betas('plateau').filter((beta) => beta > 1),
      1,
      2,
    );
  });

  it.each(each)('resizes, adds noise and compresses in the %s round as published', (name, law) => {
    const round: RoundDraw[] = rounds[name];
    expectShare(round, ({ resize }) => resize > 1, law.up);
    expectShare(round, ({ resize }) => resize < 1, law.down);
    expectUniform(
      round.map(({ resize }) => resize).filter((factor) => factor > 1),
      1,
      law.upTo,
    );
    expectUniform(
      round.map(({ resize }) => resize).filter((factor) => factor < 1),
      law.downTo,
      1,
    );
    for (const kind of ['adaptive-area', 'bilinear', 'bicubic']) expectShare(round, ({ interpolation }) => interpolation === kind, 1 / 3);
    const noises = round.map(({ noise }) => noise);
    expectShare(noises, ({ kind }) => kind === 'gaussian', 0.5);
    expectUniform(
      only<NoiseDraw, 'gaussian'>(noises, 'gaussian').map(({ sigma }) => 255 * sigma),
      1,
      law.gaussian,
    );
    expectUniform(
      only<NoiseDraw, 'poisson'>(noises, 'poisson').map(({ scale }) => scale),
      0.05,
      law.poisson,
    );
    for (const kind of ['gaussian', 'poisson'] as const)
      expectShare(only<NoiseDraw, typeof kind>(noises, kind), ({ colour }) => colour === 'grey', 0.4);
    expectUniform(
      round.map(({ quality }) => quality),
      30,
      95,
    );
  });

  it('ends with a sinc filter four times in five, before or after the JPEG', () => {
    const ends = draws(drawRealEsrgan);
    expectShare(ends, ({ sinc }) => sinc !== null, 0.8);
    expectShare(ends, ({ sincFirst }) => sincFirst, 0.5);
    for (const kind of ['adaptive-area', 'bilinear', 'bicubic']) expectShare(ends, ({ interpolation }) => interpolation === kind, 1 / 3);
    const sincs = present(ends.map(({ sinc }) => sinc));
    expectUniform(
      sincs.flatMap((blur) => (blur.kind === 'sinc' ? [blur.cutoff] : [])),
      Math.PI / 3,
      Math.PI,
    );
    expectShare(sincs, ({ side }) => side === 7, 1 / 8);
  });
});
