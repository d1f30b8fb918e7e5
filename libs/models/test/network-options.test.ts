import { describe, expect, it } from 'vitest';
import { buildNetwork, EVERY_ARCHITECTURE, networkSchema, type NetworkOptions } from '@distillery/models';
import { UserError } from '@distillery/tensor';
import { z } from 'zod';
import { golden } from './golden/golden';

/** Says no in one line; returns it. */
function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).not.toMatch(/\n/);
    return (error as Error).message;
  }
  throw new Error('was not refused');
}

describe.each(EVERY_ARCHITECTURE.map((build) => ({ name: build.id, build })))('$name', ({ build }) => {
  const { title, scales } = build;
  const [one] = golden('sr', build.id).cases;
  const { options, scale } = one as NonNullable<typeof one>;
  const properties = Object.entries(z.toJSONSchema(build.options, { io: 'input' }).properties ?? {});
  const names = properties.map(([name]) => name).join(', ');
  const inRecipe = (changed: object) => ({ architecture: build.id, ...changed }) as NetworkOptions;

  it('is in recipes what it is in code', () => {
    expect(buildNetwork(inRecipe(options), scale).shapes).toEqual(build({ ...options, scale }).shapes);
    expect(networkSchema.parse(inRecipe(options))).toMatchObject(options);
  });

  it('refuses an unknown option, listing its own', () => {
    const change = { ...options, wdith: 3 };
    for (const run of [() => build({ ...change, scale }), () => buildNetwork(inRecipe(change), scale)])
      expect(refusal(run)).toBe(`${title}: unknown option 'wdith', expected ${names}`);
    const [issue] = networkSchema.safeParse(inRecipe(change)).error?.issues ?? [];
    expect(issue?.message).toBe(`unknown option 'wdith', expected ${names}`);
  });

  it.each(properties.map(([name]) => name))(
    'refuses a %s of the wrong type, and none where it has no default, saying what was expected',
    (name) => {
      const expected = new RegExp(`^${title} ${name} \\[\\]: expected (an integer|a number|three numbers|true or false|.+ or .+)`);
      expect(refusal(() => build({ ...options, [name]: [], scale }))).toMatch(expected);
      expect(networkSchema.safeParse(inRecipe({ ...options, [name]: [] })).success).toBe(false);
      const without = Object.fromEntries(Object.entries(options).filter(([other]) => other !== name));
      const required = z.toJSONSchema(build.options, { io: 'input' }).required ?? [];
      if (required.includes(name))
        expect(refusal(() => build({ ...without, scale }))).toMatch(new RegExp(`^${title} ${name}: missing, expected `));
      else build({ ...without, scale });
    },
  );

  it('refuses a scale that it does not have, listing those it has', () => {
    for (const wrong of [1, 8, 2.5, NaN, '2'])
      expect(refusal(() => build({ ...options, scale: wrong as 2 }))).toMatch(
        new RegExp(`^${title} scale .*: expected ${scales.join(' or ')}$`),
      );
  });
});

describe('options that do not go together', () => {
  it.each<[string, NetworkOptions]>([
    ['FSRCNN shrunk 0: expected an integer of at least 1', { architecture: 'fsrcnn', features: 8, shrunk: 0, mapping: 1 }],
    [
      "FSRCNN tail: unknown option 'crops', expected kind, crop",
      { architecture: 'fsrcnn', features: 8, shrunk: 4, mapping: 1, tail: { kind: 'deconvolution', crop: 4, crops: 1 } as never },
    ],
    [
      'FSRCNN tail.kind "linear": expected kind deconvolution or sub-pixel',
      { architecture: 'fsrcnn', features: 8, shrunk: 4, mapping: 1, tail: { kind: 'linear' } as never },
    ],
    ['VDSR depth 1: expected an integer of at least 2', { architecture: 'vdsr', features: 8, depth: 1, bias: true }],
    ['CARN groups 4: expected a divisor of features', { architecture: 'carn', features: 10, groups: 4, mobile: true }],
    ['IMDN features 8: expected an integer of at least 16', { architecture: 'imdn', features: 8, blocks: 1 }],
    ['IMDN features 18: expected a multiple of 4', { architecture: 'imdn', features: 18, blocks: 1 }],
    ['PAN features 5: expected an even number', { architecture: 'pan', features: 5, upFeatures: 4, blocks: 1 }],
    [
      'RCAN reduction 32: expected at most as many as features',
      { architecture: 'rcan', features: 16, groups: 1, blocks: 1, reduction: 32, rgbRange: 1 },
    ],
    [
      'SAN features 4: expected an integer of at least 8',
      { architecture: 'san', features: 4, groups: 1, blocks: 1, reduction: 4, rgbRange: 1 },
    ],
    ['RRDBNet growth 0.5: expected an integer of at least 1', { architecture: 'rrdbnet', features: 8, growth: 0.5, blocks: 1 }],
  ])('%s', (message, options) => {
    expect(refusal(() => buildNetwork(options, 4))).toBe(message);
  });
});

it('an unknown architecture is refused, listing those there are', () => {
  const known = EVERY_ARCHITECTURE.map(({ id }) => id).join(', ');
  for (const architecture of ['edsrr', 'constructor', ''])
    expect(refusal(() => buildNetwork({ architecture } as unknown as NetworkOptions, 2))).toBe(
      `architecture '${architecture}': unknown, expected one of ${known}`,
    );
  const { error } = networkSchema.safeParse({ architecture: 'edsrr' });
  expect(error?.issues[0]).toMatchObject({ path: ['architecture'], message: `expected one of the architectures ${known}` });
});
