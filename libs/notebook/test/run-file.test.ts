import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@distillery/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NotebookError, parseNotebook, runNotebookFile, type Notebook } from '@distillery/notebook';
import { notebookOf, printed } from './notebooks';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-file-'));
});
afterAll(() => rm(folder, { recursive: true }));

const write = async (name: string, ...sources: string[]): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(notebookOf(...sources)));
  return path;
};
const read = async (path: string): Promise<Notebook> => parseNotebook(await readFile(path, 'utf8'), path);
const options = () => ({ outDir: join(folder, 'new', 'out'), tier: 'small' as const, dataDir: 'some/data' });

describe('runNotebookFile', () => {
  it('writes the executed copy, run in its own folder under the given tier and data folder', async () => {
    const path = await write('good.ipynb', 'console.log(process.cwd(), process.env.DISTILLERY_TIER, process.env.DISTILLERY_DATA);');
    const before = await readFile(path, 'utf8');
    const result = await runNotebookFile(path, options());
    expect(result.path).toBe(join(folder, 'new', 'out', 'good.ipynb'));
    const copy = await read(result.path);
    expect(copy).toEqual(result.notebook);
    expect(printed(copy, 0)).toBe(`${folder} small ${join(process.cwd(), 'some/data')}\n`);
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it('writes what there is of a notebook that fails, and says where', async () => {
    const path = await write('bad.ipynb', 'console.log("first");', 'throw new Error("boom");');
    const error: unknown = await runNotebookFile(path, options()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotebookError);
    expect((error as Error).message).toMatch(
      /^bad\.ipynb, cell \[2\], line 1 \(throw new Error\("boom"\);\): Error: boom \(as far as it ran: .*out\/bad\.ipynb\)$/,
    );
    expect(printed(await read(join(folder, 'new', 'out', 'bad.ipynb')), 0)).toBe('first\n');
  });

  it('refuses to overwrite the notebook itself, and a folder that cannot be', async () => {
    const path = await write('own.ipynb', '1');
    await expect(runNotebookFile(path, { ...options(), outDir: folder })).rejects.toThrow(
      /would overwrite .*own\.ipynb; expected another folder$/,
    );
    await expect(runNotebookFile(path, { ...options(), outDir: join(path, 'sub') })).rejects.toThrow(UserError);
    await expect(runNotebookFile(path, { ...options(), outDir: join(path, 'sub') })).rejects.toThrow(
      /^cannot make the folder .*own\.ipynb\/sub: a file stands in its way$/,
    );
  });
});

/** A process of its own that runs the notebook at `path` with the built library; resolves once cell 2 has started. */
async function runElsewhere(path: string): Promise<ChildProcess> {
  const program = `
    const { runNotebookFile } = require(${JSON.stringify(join(__dirname, '../dist/index.js'))});
    const onCell = ({ index }) => index === 2 && console.log('second');
    runNotebookFile(${JSON.stringify(path)}, { outDir: ${JSON.stringify(join(folder, 'killed'))}, tier: 'smoke', dataDir: null, onCell })
      .catch((error) => { console.log(error.message); process.exitCode = 1; });`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

const isRunning = async (pid: number): Promise<boolean> => {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // Z: ended, not yet reaped by whoever inherited it.
  return status !== null && !/\) Z /.test(status);
};

describe.skipIf(process.platform !== 'linux')('a runner that is stopped leaves no kernel behind', () => {
  const sources = (pidFile: string) => [
    `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(pidFile)}, String(process.pid));\nconsole.log('first');`,
    'while (true) {}',
  ];

  it('by Ctrl-C: the copy is written', async () => {
    const pidFile = join(folder, 'interrupt.pid');
    const child = await runElsewhere(await write('interrupt.ipynb', ...sources(pidFile)));
    const kernel = Number(await readFile(pidFile, 'utf8'));
    expect(await isRunning(kernel)).toBe(true);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([1, null]);
    await expect.poll(() => isRunning(kernel), { timeout: 5000 }).toBe(false);
    const copy = await read(join(folder, 'killed', 'interrupt.ipynb'));
    expect(printed(copy, 0)).toBe('first\n');
    expect(JSON.stringify(copy)).toContain('interrupted');
  });

  it('by kill -9, though the cell never yields', async () => {
    const pidFile = join(folder, 'kill.pid');
    const child = await runElsewhere(await write('kill.ipynb', ...sources(pidFile)));
    const kernel = Number(await readFile(pidFile, 'utf8'));
    expect(await isRunning(kernel)).toBe(true);
    child.kill('SIGKILL');
    await expect.poll(() => isRunning(kernel), { timeout: 10_000 }).toBe(false);
  });
});
