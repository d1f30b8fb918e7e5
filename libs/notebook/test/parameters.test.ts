import { givenParameters, parameters } from '@distillery/notebook';
import { resolve } from 'node:path';
import { UserError } from '@distillery/tensor';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { TIERS, type Tier } from '@distillery/lab';
import { KNOWN } from '../src/parameters/known';
import { collectDisplays, stopDisplays, texts, type Sent } from './displayed';

let sent: Sent[] = [];
beforeEach(() => {
  sent = collectDisplays();
  vi.stubEnv('DISTILLERY_TIER', undefined);
});
afterEach(() => {
  stopDisplays();
  vi.unstubAllEnvs();
});

const set = (values: Record<string, string>) => vi.stubEnv('DISTILLERY_PARAMETERS', JSON.stringify(values));
const DEFAULTS = {
  tier: 'smoke',
  seed: 0,
  scale: 4,
  engine: 'auto',
  data: null,
  image: null,
  negatives: 10,
  weight: 0.5,
  loud: false,
} as const;

describe('parameters', () => {
  it('are what the cell says, of the types of their names, and stand in a table', () => {
    const { tier, seed, data, negatives, loud } = parameters(DEFAULTS);
    expectTypeOf(tier).toEqualTypeOf<Tier>();
    expectTypeOf(data).toEqualTypeOf<string | null>();
    expectTypeOf(negatives).toEqualTypeOf<number>();
    expectTypeOf(loud).toEqualTypeOf<boolean>();
    expect([tier, seed, data, negatives, loud]).toEqual(['smoke', 0, null, 10, false]);
    expect(texts(sent)[0]?.split('\n').slice(0, 2)).toEqual(['parameter\tvalue\tfrom', 'tier\tsmoke\tthis notebook']);
  });

  it('take the tier from DISTILLERY_TIER, and before that what --set says, each as its default is', () => {
    vi.stubEnv('DISTILLERY_TIER', 'full');
    expect(parameters(DEFAULTS).tier).toBe('full');
    set({ tier: 'small', seed: '3', data: 'there', negatives: '4', weight: '1', loud: 'true', image: '' });
    expect(parameters(DEFAULTS)).toEqual({
      ...{ ...DEFAULTS, tier: 'small', seed: 3, data: 'there', negatives: 4, weight: 1, loud: true, image: null },
    });
    expect(texts(sent)[1]).toContain('negatives\t4\t--set');
  });

  it('take what papermill passes, behind the cell and before it', () => {
    const before = parameters(DEFAULTS);
    expect(givenParameters({ seed: 7 })).toEqual({ seed: 7 });
    expect(before.seed).toBe(7);
    expect(texts(sent)[1]).toContain('seed\t7\tpapermill');
  });

  it.each<[string, Record<string, string>, string]>([
    ['an unknown name', { sed: '1' }, `parameter 'sed': unknown, expected tier, seed, scale, engine, data, image, negatives, weight, loud`],
    ['a tier that does not exist', { tier: 'large' }, `parameter 'tier': "large", expected one of ${TIERS.join(', ')}`],
    ['a seed that is no whole number', { seed: '1.5' }, `parameter 'seed': 1.5, expected a whole number of at least 0`],
    ['a text for a number', { negatives: 'four' }, `parameter 'negatives': "four", expected a whole number`],
    ['nothing for a number', { weight: '' }, `parameter 'weight': "", expected a number`],
    ['a number for a yes or no', { loud: '1' }, `parameter 'loud': "1", expected true or false`],
    [
      'an image that is not there',
      { image: 'no.png' },
      `parameter 'image': "no.png", expected an image file, and there is none at ${resolve('no.png')}`,
    ],
    ['what is outside the limits', { negatives: '17' }, `parameter 'negatives': 17, expected a number from 1 to 16`],
  ])('refuse %s in one line', (_what, values, message) => {
    set(values);
    const refusal = new UserError(message);
    expect(() => parameters(DEFAULTS, { negatives: { from: 1, to: 16 } })).toThrow(refusal);
  });

  it.each(Object.keys(KNOWN))('refuse a %s of another type, which no notebook may give another meaning', (name) => {
    parameters(DEFAULTS);
    expect(() => givenParameters({ [name]: true })).toThrow(/^parameter '.*': true, expected /);
    expect(() => givenParameters({ nothing: 1 })).toThrow(/^parameter 'nothing': unknown/);
  });

  it('are of the types of the values that the limits list', () => {
    const { scale, negatives } = parameters(DEFAULTS, { scale: [2, 4], negatives: { from: 1, to: 16 } });
    expectTypeOf(scale).toEqualTypeOf<2 | 4>();
    expectTypeOf(negatives).toEqualTypeOf<number>();
    expect([scale, negatives]).toEqual([4, 10]);
  });

  it('refuse a default that is itself none', () => {
    expect(() => parameters({ ...DEFAULTS, negatives: 20 }, { negatives: [1, 4, 10] })).toThrow(
      new UserError(`parameter 'negatives': 20, expected one of 1, 4, 10`),
    );
  });
});
