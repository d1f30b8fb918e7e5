import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readyRuns } from '../../src/schedule/ready-runs';
import type { PlannedRun } from '../../src/experiment/plan';

const run = (i: number, needs: readonly number[]): PlannedRun =>
  ({ id: String(i), stage: 0, needs: needs.map(String), experiments: [], spec: {} }) as unknown as PlannedRun;

describe('readyRuns', () => {
  it('gives the first run whose starts have all ended, each once, in whatever order runs end', () => {
    const plans = fc.array(fc.array(fc.nat(20), { maxLength: 3 }), { maxLength: 20 });
    fc.assert(
      fc.property(plans, fc.array(fc.nat(100), { minLength: 200, maxLength: 200 }), (needs, choices) => {
        // Runs need only earlier ones; a number that is no run of the plan is made elsewhere.
        const runs = needs.map((of, i) => run(i, [...new Set(of.filter((start) => start < i || start >= needs.length))]));
        const ready = readyRuns(runs);
        const ended = new Set<string>();
        const open: PlannedRun[] = [];
        const taken = new Set<string>();
        for (const choice of choices) {
          if (choice % 2 === 0 || open.length === 0) {
            const isOpen = (id: string): boolean => runs.some((other) => other.id === id) && !ended.has(id);
            const expected = runs.find(({ id, needs: starts }) => !taken.has(id) && !starts.some(isOpen)) ?? null;
            const next = ready.take();
            expect(next).toBe(expected);
            if (next) {
              taken.add(next.id);
              open.push(next);
            }
          } else {
            const [done] = open.splice(choice % open.length, 1);
            ended.add((done as PlannedRun).id);
            ready.settle((done as PlannedRun).id);
          }
          expect(ready.left()).toBe(runs.length - taken.size);
        }
        expect(ready.rest()).toEqual(runs.filter(({ id }) => !taken.has(id)));
        expect(ready.left()).toBe(0);
      }),
    );
  });
});
