import { claimDigest, type DirectionClaim, type RunResult, type Verdict } from '@distillery/lab';
import { describe, expect, it } from 'vitest';
import { multiplicityNote, registrationNote, survivors, type JudgedClaim } from '../src/evidence-notes';
import { FIXTURE, SMALL_RESULTS } from './fixture';

const [claim] = FIXTURE.directions as [DirectionClaim];

function judged(p: number | null, kind: Verdict['kind'] = 'inconclusive', of: DirectionClaim = claim): JudgedClaim {
  const overall = {
    claim: of.id,
    kind,
    dataset: null,
    seeds: 3,
    images: 5,
    n: 15,
    meanDifference: 0.1,
    ci: null,
    p,
    detectable: null,
    reason: '',
  };
  return { claim: of, overall };
}

describe('many comparisons in one table', () => {
  // statsmodels' multipletests of 0.01, 0.04, 0.03, 0.005 gives 0.03, 0.06, 0.06, 0.02.
  const table = [judged(0.01, 'reproduced'), judged(0.04, 'reproduced'), judged(0.03, 'contradicted'), judged(0.005, 'reproduced')];

  it('say how many chance would find, how many were found, and which survive Holm’s correction', () => {
    expect([...survivors(table)]).toEqual([table[0]?.overall, table[3]?.overall]);
    expect(multiplicityNote(table)).toBe(
      'Of 4 comparisons with trained arms, 0.2 would exclude zero by chance alone if there were no differences; 4 do, and 2 of these after Holm’s correction (marked †).',
    );
  });

  it('leave out claims of equality, under-trained ones and what was not run', () => {
    const rest = [judged(null, 'reproduced'), judged(1e-9, 'under-trained'), judged(1e-9, 'not judged')];
    expect(survivors([...table, ...rest])).toEqual(survivors(table));
    expect(multiplicityNote(rest)).toBeNull();
    expect(multiplicityNote([judged(0.01)])).toBeNull();
  });
});

describe('what was registered', () => {
  const runs = (registered?: Record<string, string>): RunResult[] =>
    SMALL_RESULTS.runs.map((run) => ({ ...run, provenance: { ...run.provenance, ...(registered && { registered }) } }));
  const note = (registered?: Record<string, string>) => registrationNote([judged(0.01, 'reproduced')], runs(registered));

  it('is all, what came later by name, or unknown', () => {
    expect(note({ [claim.id]: claimDigest(claim) })).toMatch(/^Every claim stood as it stands here/);
    expect(note({})).toBe(`Added or changed after runs had begun: “${claim.statement}”.`);
    expect(note()).toBe('Judged by runs that did not note which claims stood before them: 1 claim.');
  });

  it('says nothing where nothing was compared', () => {
    const none = judged(null, 'not judged');
    expect(registrationNote([{ ...none, overall: { ...none.overall, n: 0 } }], runs())).toBeNull();
  });
});
