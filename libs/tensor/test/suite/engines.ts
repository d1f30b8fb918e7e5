import { beforeAll, describe } from 'vitest';
import { ENGINES, engineStatus, useEngine, type EngineName } from '@distillery/tensor';

/** Declares `tests` once per engine; those of an engine that is missing here are skipped under its name. */
export function onEveryEngine(tests: (engine: EngineName) => void): void {
  for (const engine of ENGINES) {
    describe(`engine ${engine}`, async () => {
      const { available } = (await engineStatus()).find(({ name }) => name === engine) ?? { available: false };
      describe.skipIf(!available)('is here', () => {
        beforeAll(async () => {
          await useEngine(engine);
        });
        tests(engine);
      });
    });
  }
}
