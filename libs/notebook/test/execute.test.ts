import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { executeNotebook, NotebookError, type ExecuteOptions } from '@distillery/notebook';
import { codeCells, notebookOf, printed } from './notebooks';

const cwd = join(__dirname, '../../../notebooks');
const run = (sources: string[], options: Partial<ExecuteOptions> = {}) => executeNotebook(notebookOf(...sources), { cwd, ...options });

/** The error of a run that must fail. */
async function failureOf(sources: string[], options: Partial<ExecuteOptions> = {}): Promise<NotebookError> {
  const error: unknown = await run(sources, options).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof NotebookError)) throw new Error(`expected a NotebookError, got ${String(error)}`);
  expect(error.message).not.toContain('\n');
  return error;
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('executeNotebook', () => {
  it('runs cells in order on one kernel: values, streams, displays, counts, environment, progress', async () => {
    const seen: number[] = [];
    const notebook = await run(
      [
        'const a: number = 20; console.log("out"); console.error("err");',
        '',
        'import { display, newDisplay } from "tslab";\nconst live = newDisplay(); live.text("old"); display.html("<b>x</b>");',
        'live.text("new"); console.log(process.env.DISTILLERY_TEST);\na + 22',
      ],
      { env: { DISTILLERY_TEST: 'given' }, onCell: ({ index, cells }) => void seen.push(index / cells) },
    );
    const cells = codeCells(notebook);
    expect(cells.map((cell) => cell.execution_count)).toEqual([1, null, 2, 3]);
    expect(cells[0]?.outputs).toEqual([
      { output_type: 'stream', name: 'stdout', text: 'out\n' },
      { output_type: 'stream', name: 'stderr', text: 'err\n' },
    ]);
    expect(cells[2]?.outputs).toEqual([
      { output_type: 'display_data', data: { 'text/plain': 'new' }, metadata: {} },
      { output_type: 'display_data', data: { 'text/html': '<b>x</b>' }, metadata: {} },
    ]);
    expect(printed(notebook, 3)).toBe('given\n42\n');
    expect(notebook.metadata).toMatchObject({ kernelspec: { name: 'distillery' }, language_info: { name: 'typescript' } });
    expect(seen).toEqual([1 / 3, 2 / 3, 1]);
  });

  it('goes on after a cell that is meant to fail, and leaves out one that is not to run', async () => {
    const notebook = notebookOf(
      'throw new Error("meant");',
      'console.log("left out");',
      'const wrong: number = "x";',
      'console.log("after");',
    );
    const tags = ['raises-exception', 'skip-execution', 'raises-exception'];
    for (const [i, tag] of tags.entries()) Object.assign(codeCells(notebook)[i]?.metadata ?? {}, { tags: [tag] });
    const cells = codeCells(await executeNotebook(notebook, { cwd }));
    expect(cells.map((cell) => cell.execution_count)).toEqual([1, null, 2, 3]);
    expect(cells[0]?.outputs.at(-1)).toMatchObject({ output_type: 'error', ename: 'Error', evalue: 'meant' });
    expect(cells[1]?.outputs).toEqual([]);
    expect(cells[2]?.outputs.at(-1)).toMatchObject({ output_type: 'error' });
    expect(cells[3]?.outputs).toEqual([{ output_type: 'stream', name: 'stdout', text: 'after\n' }]);
  });

  it('loses no line of a cell that prints thousands without a pause, and keeps none of an earlier run', async () => {
    const notebook = notebookOf('for (let i = 0; i < 5000; i++) console.log(i);');
    codeCells(notebook)[0]?.outputs.push({ output_type: 'stream', name: 'stdout', text: 'stale' });
    const executed = await executeNotebook(notebook, { cwd });
    expect(printed(executed, 0).trim().split('\n')).toEqual(Array.from({ length: 5000 }, (_, i) => String(i)));
  });
});

describe('a failing cell stops the run and is named with its line', () => {
  it('exception, with what came before it kept and what comes after not run', async () => {
    const error = await failureOf([
      'interface P { x: number }\nfunction check(p: P): void {\n  if (p.x > 1) throw new RangeError("too\\nbig");\n}',
      'type Q = P;\nconst q: Q = { x: 2 };\nconsole.log("before");\ncheck(q);\nconsole.log("after");',
      'console.log("never");',
    ]);
    expect(error.message).toBe('cell [2], line 4 (check(q);): RangeError: too big');
    expect(error.cell).toBe(2);
    expect(printed(error.notebook, 1)).toBe('before\n');
    const [, second, third] = codeCells(error.notebook);
    expect(second?.outputs.at(-1)).toMatchObject({ output_type: 'error', ename: 'RangeError', evalue: 'too\nbig' });
    const traceback = (second?.outputs.at(-1) as { traceback: string[] }).traceback.join('\n');
    expect(traceback).toContain('check (cell [1], line 3)');
    expect(traceback).toContain('cell [2], line 4');
    expect(traceback).not.toMatch(/tslab/);
    expect(third).toMatchObject({ outputs: [], execution_count: null });
  });

  it('rejected top-level await', async () => {
    expect((await failureOf(['const wait = 1;\nawait Promise.reject(new TypeError("late"));'])).message).toBe(
      'cell [1], line 2 (await Promise.reject(new TypeError("late"));): TypeError: late',
    );
  });

  it('a thrown value that is no Error', async () => {
    expect((await failureOf(['throw { code: 7 };'])).message).toBe('cell [1]: thrown value: { code: 7 }');
  });

  it('type error, before anything of the cell has run', async () => {
    const error = await failureOf(['console.log("ran");\nconst b: number = "x";\nconst c: string = 1;']);
    expect(error.message).toBe(`cell [1], line 2 (const b: number = "x";): type error: Type 'string' is not assignable to type 'number'.`);
    expect(printed(error.notebook, 0)).toBe('');
    expect(codeCells(error.notebook)[0]?.outputs).toMatchObject([
      {
        output_type: 'error',
        ename: 'TypeScriptError',
        traceback: [/^line 2:7/, /^line 3:7/].map((line) => expect.stringMatching(line) as string),
      },
    ]);
  });

  it('syntax error', async () => {
    expect(await failureOf(['const open = (']).then(({ message }) => message)).toMatch(/^cell \[1\], line 1 .*type error: /);
  });

  it('type error in a cell that defines a module, which tslab itself lets pass', async () => {
    const error = await failureOf(['/** @module helper */\nexport const n: number = "x";', 'console.log("never");']);
    expect(error.message).toMatch(/^cell \[1\], line 2 .*type error: Type 'string'/);
    expect(printed(error.notebook, 1)).toBe('');
  });

  it('an import that a package does not have', async () => {
    expect((await failureOf(['import { nope } from "@distillery/tensor";'])).message).toMatch(
      /cell \[1\], line 1 .*no exported member 'nope'/,
    );
  });
});

describe('what no cell awaits fails the run too', () => {
  it('a rejection in the same turn, before the next cell', async () => {
    const error = await failureOf(['console.log(1);\nPromise.reject(new Error("stray"));', 'console.log("never");']);
    expect(error.message).toMatch(/^cell \[1\], line 2 .*: unhandled rejection: Error: stray$/);
    expect(printed(error.notebook, 1)).toBe('');
  });

  it('a rejection while a later cell runs, named by the cell that it came from', async () => {
    const stray = 'setTimeout(() => { void Promise.reject(new Error("late")); }, 200);';
    const error = await failureOf([stray, 'await new Promise((resolve) => setTimeout(resolve, 60_000));']);
    expect(error.message).toMatch(/^cell \[1\], line 1 .*: unhandled rejection: Error: late$/);
  });

  it('a rejection after the last cell', async () => {
    const error = await failureOf(['setTimeout(() => { void Promise.reject(new Error("last")); }, 300);']);
    expect(error.message).toMatch(/unhandled rejection: Error: last$/);
  });

  it('an exception in a timer', async () => {
    const error = await failureOf([
      'setTimeout(() => { throw new Error("timer"); }, 100);',
      'await new Promise((resolve) => setTimeout(resolve, 60_000));',
    ]);
    expect(error.message).toMatch(/^cell \[1\], line 1 .*: uncaught exception: Error: timer$/);
  });

  it('but not a promise whose rejection is handled, nor a timer that never ends', async () => {
    const notebook = await run([
      'const p = Promise.reject(new Error("handled"));\np.catch(() => undefined);\nsetInterval(() => undefined, 1000);\n7',
    ]);
    expect(printed(notebook, 0)).toContain('7');
  });
});

describe('a kernel that does not come back', () => {
  it('a cell that never ends is stopped after its time, with what it printed', async () => {
    const error = await failureOf(['console.log(process.pid);', 'console.log("looping");\nwhile (true) {}'], { timeoutPerCell: 6 });
    expect(error.message).toBe('cell [2]: still running after 6 s, the limit per cell');
    expect(printed(error.notebook, 1)).toBe('looping\n');
    expect(codeCells(error.notebook)[1]?.outputs.at(-1)).toMatchObject({ output_type: 'error', ename: 'TimeoutError' });
    expect(isAlive(Number(printed(error.notebook, 0)))).toBe(false);
  });

  it('a kernel that exits', async () => {
    const error = await failureOf(['1', 'process.exit(3);']);
    expect(error.message).toBe('cell [2]: the kernel died (exit code 3)');
  });

  it('a kernel that is killed', async () => {
    expect((await failureOf(['process.kill(process.pid, "SIGKILL");\nawait new Promise(() => undefined);'])).message).toBe(
      'cell [1]: the kernel died (signal SIGKILL)',
    );
  });

  it('an abort stops a busy cell; what the kernel had started is gone with it', async () => {
    const interrupt = new AbortController();
    const error = await failureOf(
      [
        'import { spawn } from "node:child_process";\nconst child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);\nconsole.log(child.pid);',
        'while (true) {}',
      ],
      { signal: interrupt.signal, onCell: ({ index }) => void (index === 2 && interrupt.abort()) },
    );
    expect(error.message).toBe('cell [2]: interrupted');
    const child = Number(printed(error.notebook, 0));
    expect(child).toBeGreaterThan(0);
    // Dead at once, but a process without a parent stays in the table until it is reaped.
    await expect.poll(() => isAlive(child), { timeout: 5000 }).toBe(false);
  });

  it('a kernel that cannot start', async () => {
    const error = await failureOf(['1'], { cwd: join(cwd, 'no-such-folder') });
    expect(error.message).toMatch(/^the kernel did not start: /);
    expect(error.cell).toBe(0);
  });
});
