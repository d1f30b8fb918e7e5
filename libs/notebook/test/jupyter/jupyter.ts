import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { installKernelspec } from '@distillery/notebook';

/** Whether `python3` has the modules; tests that need them skip by name. */
export function pythonHas(...modules: string[]): boolean {
  return spawnSync('python3', ['-c', `import ${modules.join(', ')}`]).status === 0;
}

/** A folder outside the repository with a Jupyter of its own in it, which knows our kernel and nothing of the user's settings. */
export interface Place {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs a Python module in the folder: what it printed, and its exit code. */
  python(args: readonly string[], input?: string): Promise<{ stdout: string; stderr: string; code: number }>;
  remove(): Promise<void>;
}

export async function placeWithKernel(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'jupyter-'));
  await installKernelspec(folder);
  const path = [join(folder, 'share', 'jupyter'), ...(process.env.JUPYTER_PATH ?? '').split(delimiter)].filter(Boolean).join(delimiter);
  const own = Object.fromEntries(['DATA', 'CONFIG', 'RUNTIME'].map((kind) => [`JUPYTER_${kind}_DIR`, join(folder, kind.toLowerCase())]));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...own,
    JUPYTER_PATH: path,
    PYTHONPATH: join(folder, 'python'),
    PYTHONDONTWRITEBYTECODE: '1',
  };
  delete env['DISTILLERY_DATA'];
  delete env['DISTILLERY_TIER'];
  return {
    folder,
    env,
    python: (args, input = '') =>
      new Promise((resolve) => {
        const child = execFile('python3', [...args], { cwd: folder, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
          resolve({ stdout, stderr, code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1 });
        });
        child.stdin?.end(input);
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Adds the same kernel under another name, interrupted by a message as on Windows. */
export async function alsoByMessage({ folder }: Place): Promise<string> {
  const spec = join(folder, 'share', 'jupyter', 'kernels');
  const own = JSON.parse(await readFile(join(spec, 'distillery', 'kernel.json'), 'utf8')) as Record<string, unknown>;
  await mkdir(join(spec, 'by-message'));
  await writeFile(join(spec, 'by-message', 'kernel.json'), JSON.stringify({ ...own, interrupt_mode: 'message' }));
  return 'by-message';
}

export interface Step {
  readonly cells: readonly string[];
  /** Seconds from the first cell's first print to the interrupt. */
  readonly interrupt?: number;
  /** Seconds to a second interrupt, from what that cell prints after the first one. */
  readonly again?: number;
  /** The kernel is restarted first. */
  readonly restart?: boolean;
}

interface Shown {
  readonly type: string;
  readonly name?: string;
  readonly text?: string;
  readonly ename?: string;
  readonly evalue?: string;
  readonly traceback?: readonly string[];
}

export interface StepResult {
  readonly cells: readonly { readonly reply: { readonly status: string; readonly ename?: string }; readonly outputs: readonly Shown[] }[];
  /** What came under cells of earlier steps. */
  readonly late: readonly Shown[];
  readonly states: readonly (readonly [cell: number, state: string])[];
  /** Seconds from the interrupt to the end of the first cell. */
  readonly stopped: number | null;
}

/** Runs steps on one kernel through jupyter_client. */
export async function session(place: Place, kernel: string, steps: readonly Step[]): Promise<StepResult[]> {
  const { stdout, stderr, code } = await place.python([join(__dirname, 'session.py'), kernel, place.folder], JSON.stringify(steps));
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as StepResult[];
}

/** All that a cell printed. */
export function printedBy(result: StepResult | undefined, cell = 0, stream = 'stdout'): string {
  const outputs = result?.cells[cell]?.outputs ?? [];
  return outputs.map(({ type, name, text }) => (type === 'stream' && name === stream ? text : '')).join('');
}

/** The error below a cell. */
export function errorOf(result: StepResult | undefined, cell = 0): Shown | undefined {
  return result?.cells[cell]?.outputs.find(({ type }) => type === 'error');
}
