import { afterAll, describe, expect, it, vi } from 'vitest';
import { createExecutor } from 'tslab/dist/executor';
import { createCompiler } from '../src/kernel/compiler';
import { declaredNames } from '../src/kernel/declared-names';
import { createKeptValues } from '../src/kernel/kept-values';

vi.setConfig({ testTimeout: 600_000 });

const MANY = Array.from({ length: 120 }, (_, i) => `n${i}`);
let source = '';
let printed: unknown[] = [];
let thrown: unknown[] = [];
const kept = createKeptValues(() => executor.locals);
const compiler = createCompiler({
  onDiagnostics: (all) => thrown.push(...all.map(({ messageText }) => messageText)),
  declarations: (previous) => kept.declarations(previous),
  onOutput: (emitted, before, after) => kept.begin({ emitted, names: declaredNames(source), before, after }),
});
const executor = createExecutor(
  process.cwd(),
  { node: compiler, browser: compiler, close: () => compiler.close() },
  { log: (value: unknown) => printed.push(value), error: (value: unknown, ...rest: unknown[]) => rest.length === 0 && thrown.push(value) },
);
afterAll(() => executor.close());

/** Runs a cell: the value of its last expression, what it threw or why it did not compile, and the names that have no value after it. */
async function run(cell: string): Promise<{ value: unknown; failed: unknown[]; missing: readonly string[] | null }> {
  [source, printed, thrown] = [cell, [], []];
  const missing = kept.end(await executor.execute(cell));
  return { value: printed[0], failed: thrown, missing };
}

describe('a cell that fails', () => {
  it('leaves what it had assigned, and what it had not as it was, with their types', async () => {
    await run(
      `import { join } from 'node:path';\nconst a: number = 1, b = 'earlier';\nlet c = 3;\nclass C { x = 1 }\nconst f = () => 'old';`,
    );
    const { failed, missing } = await run(`import { resolve, join } from 'node:path';
type T = { t: string };
const a: T = { t: join('x', 'y') }, d: T | undefined = undefined;
throw 7;
const b = 8, late = 9, [one, two] = [1, 2];
let c = '4';
class C { y = 2 }
class Later {}
function f() { return 'new'; }`);
    expect(failed).toEqual([7]);
    expect(missing?.toSorted()).toEqual(['Later', 'late', 'one', 'two']);
    // A cell that does not compile changes nothing.
    expect((await run('const b: boolean = 0;')).missing).toBeNull();
    expect(await run('const t: T = a;\n[t.t, b.toUpperCase(), c.toFixed(1), new C().x, f(), d, typeof resolve, typeof join];')).toEqual({
      value: ['x/y', 'EARLIER', '3.0', 1, 'old', undefined, 'function', 'function'],
      failed: [],
      missing: [],
    });
    for (const name of ['late', 'one', 'Later']) expect((await run(name)).failed).toEqual([`Cannot find name '${name}'.`]);
    // From here on all is as after a cell that went well.
    expect((await run('const late = b + c;\nlate;')).value).toBe('earlier3');
  });

  it('of many names, in which an earlier one is set to nothing', async () => {
    await run('let many: number | undefined = 1;');
    expect((await run('many = void 0;\nmany = 2;\nmany = void 0;')).failed).toEqual([]);
    expect((await run(`const ${MANY.map((name, i) => `${name} = ${i}`).join(', ')};\nthrow 1;\nconst n = 1;`)).missing).toEqual(['n']);
    expect((await run(`[many, ${MANY.join(', ')}];`)).value).toEqual([undefined, ...MANY.map((_, i) => i)]);
  });
});
