import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPlugin } from '../../src/engines/xla/find-plugin';
import { FUNCTIONS } from '../../src/xla/pjrt/layout';
import { PjrtPlugin } from '../../src/xla/pjrt/plugin';
import { missing } from './here';

const haveCompiler = spawnSync('cc', ['--version']).status === 0;

/** A library that calls itself a plugin of some version, with a table of functions of some length, none of which is there. */
function fakePlugin(folder: string, major: number, minor: number, functions: number): string {
  const path = join(folder, `plugin-${major}-${minor}.so`);
  const source = `
    #include <stddef.h>
    struct Version { size_t size; void *extension; int major; int minor; };
    struct Api { size_t size; void *extension; struct Version version; void *functions[${functions}]; };
    static struct Api api = { sizeof(struct Api), 0, { sizeof(struct Version), 0, ${major}, ${minor} }, { 0 } };
    const void *GetPjrtApi(void) { return &api; }`;
  const { status, stderr } = spawnSync('cc', ['-shared', '-fPIC', '-x', 'c', '-', '-o', path], { input: source });
  if (status !== 0) throw new Error(stderr.toString());
  return path;
}

describe('a file that is no plugin is refused in one line', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'distillery-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('one that is not there', () =>
    expect(() => PjrtPlugin.load('/nowhere/plugin.so')).toThrow(/^PJRT plugin \/nowhere\/plugin.so: no such file$/));

  it('one that is no library', () => {
    const path = join(folder, 'text.so');
    writeFileSync(path, 'text');
    expect(() => PjrtPlugin.load(path)).toThrow(/text\.so: cannot be loaded \(.+\)$/);
  });

  it.skipIf(!haveCompiler)('a library that is no plugin', () => {
    const path = join(folder, 'library.so');
    spawnSync('cc', ['-shared', '-fPIC', '-x', 'c', '-', '-o', path], { input: 'int answer(void) { return 42; }' });
    expect(() => PjrtPlugin.load(path)).toThrow(/library\.so: cannot be loaded \(.*GetPjrtApi.*\)$/);
  });

  it.skipIf(!haveCompiler)('a plugin of an older API', () => {
    const path = fakePlugin(folder, 0, 12, 200);
    expect(() => PjrtPlugin.load(path)).toThrow(/too old, has API 0\.12, expected 0\.40 or a later minor version$/);
  });

  it.skipIf(!haveCompiler)('a plugin whose table of functions is too short', () => {
    const path = fakePlugin(folder, 0, 90, 3);
    expect(() => PjrtPlugin.load(path)).toThrow(/too old, has API 0\.90/);
  });

  it.skipIf(!haveCompiler)('a plugin of an API that is incompatible', () => {
    const path = fakePlugin(folder, 1, 0, 200);
    expect(() => PjrtPlugin.load(path)).toThrow(/has API 1\.0, expected 0\.40 or a later minor version$/);
  });
});

describe('layouts of structs', () => {
  it('have every function within the table of the header', () => {
    expect(Object.values(FUNCTIONS).every((offset) => offset >= 40 && offset % 8 === 0)).toBe(true);
  });

  it("are those of the header that comes with the processor's plugin", ({ skip }) => {
    if (missing !== null) skip(missing);
    if (!haveCompiler) skip('there is no C compiler');
    const header = join(dirname(findPlugin('cpu').path), 'include', 'pjrt_c_api.h');
    const folder = join(__dirname, '..', '..', 'src', 'xla', 'pjrt');
    const { stdout, status } = spawnSync('python3', [join(folder, 'make_layout.py'), header], { encoding: 'utf8' });
    if (status !== 0) skip(`the header is not there: ${header}`);
    expect(readFileSync(join(folder, 'layout.ts'), 'utf8')).toBe(stdout);
  });
});
