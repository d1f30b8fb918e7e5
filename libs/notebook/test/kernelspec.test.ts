import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installKernelspec, kernelspecFolder, uninstallKernelspec } from '@distillery/notebook';
import { UserError } from '@distillery/tensor';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeTranslator } from '../src/install/papermill';
import { KERNEL_NAME } from '../src/protocol/kernel-name';
import { declaredNames } from '../src/kernel/declared-names';
import { writeOutShorthand } from '../src/kernel/shorthand';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'kernelspec-'))));
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

describe('the kernel in Jupyter', () => {
  it('is registered below a prefix, with what starts it, and removed again', async () => {
    const at = await installKernelspec(folder);
    expect(at).toBe(join(folder, 'share', 'jupyter', 'kernels', KERNEL_NAME));
    const { argv, language } = JSON.parse(await readFile(join(at, 'kernel.json'), 'utf8')) as { argv: string[]; language: string };
    expect(language).toBe('typescript');
    expect(argv.map((part) => part === '{connection_file}' || existsSync(part))).toEqual([true, true, true]);
    expect(await installKernelspec(folder)).toBe(at);
    expect(await uninstallKernelspec(folder)).toBe(at);
    expect(existsSync(at)).toBe(false);
    expect(await uninstallKernelspec(folder)).toBeNull();
  });

  it("goes to the user's own Jupyter without a prefix", () => {
    vi.stubEnv('JUPYTER_DATA_DIR', join(folder, 'mine'));
    expect(kernelspecFolder()).toBe(join(folder, 'mine', 'kernels', KERNEL_NAME));
  });

  it('says in one line where it cannot be written', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(installKernelspec(file)).rejects.toThrow(UserError);
    await expect(installKernelspec(file)).rejects.toThrow(file);
  });

  it('brings papermill a package whose record names every file, which pip removes', async () => {
    const packages = join(folder, 'packages');
    expect(existsSync(await writeTranslator(packages))).toBe(true);
    const record = await readFile(join(packages, 'distillery_papermill-0.1.0.dist-info', 'RECORD'), 'utf8');
    const paths = record
      .trim()
      .split('\n')
      .map((line) => line.replace(/,,$/, ''));
    expect(paths).toContain('distillery_papermill.py');
    expect(paths.filter((path) => !existsSync(join(packages, path)))).toEqual([]);
  });
});

describe('a cell', () => {
  it('declares its variables, functions, classes, types and imports', () => {
    const source = `import all, { a, b as c } from 'x';\nimport * as d from 'y';\nimport 'z';
const { e, f: [g, ...h], ...i } = j;\nlet k = 1, l;\nfunction m() { const inner = 1; }\nclass N {}\ninterface O {}\ntype P = 1;\nenum Q { R }\nk + 1;`;
    expect(declaredNames(source).sort()).toEqual([...'NOPQacdeghiklm'].concat('all').sort());
  });

  it('has its shorthand properties written out, in objects and in assignments, and its columns told', () => {
    const { source, column } = writeOutShorthand('const o = { scale, deep: { seed } };\n({ a, b = 1 } = o);');
    expect(source).toBe('const o = { scale: scale, deep: { seed: seed } };\n({ a: a, b: b = 1 } = o);');
    const at = (needle: string) => column(0, source.indexOf(needle));
    expect(at('const')).toBe(0);
    expect(at('deep')).toBe('const o = { scale, '.length);
    expect(at('} }')).toBe('const o = { scale, deep: { seed '.length);
    expect([2, 5, '({ a: a'.length].map((at) => column(1, at))).toEqual([2, 4, 4]);
  });

  it('keeps patterns that declare, which are no shorthand properties', () => {
    expect(writeOutShorthand('const { a, b } = c;').source).toBe('const { a, b } = c;');
  });
});
