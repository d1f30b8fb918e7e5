import { claimDigest, registeredClaims, registrationOf } from '@distillery/lab';
import { describe, expect, it } from 'vitest';
import { makeDirection, makeRecipe, makeResult, makeSpec } from '../fixtures/results';

const claim = makeDirection();

describe('claimDigest', () => {
  it.each([
    { better: { arm: 'c', network: 'student' } },
    { worse: { arm: 'b', network: 'teacher' } },
    { metric: 'lpips' as const },
    { scale: 4 },
    { within: 0.05 },
    { published: { Set5: 0.13 } },
    { published: null },
  ])('is another once %o is changed', (change) => {
    expect(claimDigest(makeDirection(change))).not.toBe(claimDigest(claim));
  });

  it('stays when only the wording changes', () => {
    expect(claimDigest(makeDirection({ statement: 'a is better.', source: 'elsewhere', table: 'Table 2' }))).toBe(claimDigest(claim));
  });
});

describe('registeredClaims', () => {
  it('are those that speak of the arm at its scale', () => {
    const directions = [
      claim,
      makeDirection({ id: 'other arms', better: { arm: 'c', network: 'student' }, worse: { arm: 'd', network: 'student' } }),
      makeDirection({ id: 'other scale', scale: 4 }),
      makeDirection({ id: 'as the worse', better: { arm: 'c', network: 'student' }, worse: { arm: 'a', network: 'student' } }),
    ];
    expect(Object.keys(registeredClaims({ directions }, makeRecipe({ arm: 'a' })))).toEqual([claim.id, 'as the worse']);
  });
});

describe('registrationOf', () => {
  const run = (registered?: Record<string, string>) => {
    const result = makeResult(makeSpec({ arm: 'a' }), []);
    return { ...result, provenance: { ...result.provenance, ...(registered && { registered }) } };
  };
  const noted = run(registeredClaims({ directions: [claim] }, makeRecipe({ arm: 'a' })));

  it('is before if all runs noted the claim as it stands', () => {
    expect(registrationOf(claim, [noted, noted])).toBe('before');
  });

  it('is after if a run noted other claims, or the claim as it was before a change', () => {
    expect(registrationOf(claim, [noted, run({})])).toBe('after');
    expect(registrationOf(makeDirection({ published: { Set5: 0.2 } }), [noted])).toBe('after');
  });

  it('is unknown if a run noted nothing, or there is none', () => {
    expect(registrationOf(claim, [noted, run()])).toBe('unknown');
    expect(registrationOf(claim, [])).toBe('unknown');
  });
});
