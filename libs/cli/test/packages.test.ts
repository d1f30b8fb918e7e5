import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(__dirname, '../../..');
const LIBS = readdirSync(join(ROOT, 'libs'));

type Exports = string | { readonly [condition: string]: Exports };

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly description: string;
  readonly private?: boolean;
  readonly main?: string;
  readonly types?: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports: Exports;
  readonly imports?: Exports;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8');
const manifest = (lib: string): Manifest => JSON.parse(read('libs', lib, 'package.json')) as Manifest;

/** Every file that exports or imports lead to. */
function targets(of: Exports): string[] {
  return typeof of === 'string' ? [of] : Object.values(of).flatMap(targets);
}

/** What npm would put into each tarball, by library. Needs the libraries built. */
const packed = new Map<string, string[]>();
beforeAll(() => {
  const text = execFileSync('npm', ['pack', '--dry-run', '--json', '--workspaces', '--silent'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const parsed = JSON.parse(text) as object;
  for (const { name, files } of Object.values(parsed) as { name: string; files: { path: string }[] }[])
    packed.set(
      name,
      files.map(({ path }) => path),
    );
});

describe.each(LIBS)('the package of %s', (lib) => {
  const { name, version, license, description, private: isPrivate, main, types, bin = {}, exports, imports = {}, ...rest } = manifest(lib);
  const files = (): string[] => packed.get(name) ?? [];

  it('may be published, under one version with the others', () => {
    expect({ name, license, isPrivate }).toEqual({ name: `@distillery/${lib}`, license: 'MIT', isPrivate: undefined });
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(description).not.toBe('');
    for (const [other, wanted] of Object.entries({ ...rest.dependencies, ...rest.peerDependencies }))
      if (other.startsWith('@distillery/')) expect(`${other} ${wanted}`).toBe(`${other} ${version}`);
    expect(read('libs', lib, 'CHANGELOG.md')).toContain(`## ${version}`);
    expect(read('libs', lib, 'LICENSE')).toBe(read('LICENSE'));
  });

  it('holds every file that it promises', () => {
    // The types of what is bundled are for this repository's compiler.
    const own = targets(imports).filter((path) => path.startsWith('./dist/'));
    const promised = [main, types, ...Object.values(bin), ...targets(exports), ...own].filter((path) => path !== undefined);
    for (const path of promised) expect(files()).toContain(path.replace(/^\.\//, ''));
    for (const path of ['README.md', 'LICENSE', 'CHANGELOG.md', 'package.json']) expect(files()).toContain(path);
    for (const path of own) expect(files()).toContain(`${path.replace(/^\.\//, '')}.LICENSES.txt`);
  });

  it('holds a file for each source, and neither sources, tests, maps nor what only a build needs', () => {
    const sources = readdirSync(join(ROOT, 'libs', lib, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    for (const source of sources) expect(files()).toContain(join('dist', source.replace(/\.ts$/, '.js')));
    expect(files().filter((path) => /^(src|test)\/|\.map$|tsbuildinfo|golden|node_modules/.test(path))).toEqual([]);
  });

  it('declares every package that its files ask for', () => {
    const known = new Set([...Object.keys(rest.dependencies), ...Object.keys(rest.peerDependencies ?? {}), name]);
    const asked = files()
      .filter((path) => /^dist\/(?!vendor\/).*\.js$/.test(path))
      .flatMap((path) => ts.preProcessFile(read('libs', lib, path), true, true).importedFiles.map(({ fileName }) => fileName))
      .filter((specifier) => !/^(\.|#|node:)/.test(specifier))
      .map((specifier) =>
        specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/'),
      );
    expect([...new Set(asked)].filter((specifier) => !known.has(specifier))).toEqual([]);
  });
});

it('the command holds the notebooks and the skeleton of a paper', () => {
  const files = packed.get('@distillery/cli') ?? [];
  for (const notebook of readdirSync(join(ROOT, 'notebooks')).filter((file) => file.endsWith('.ipynb')))
    expect(files).toContain(`dist/notebooks/${notebook}`);
  for (const file of ['package.json', 'gitignore', 'my-paper.ipynb', 'src/index.ts']) expect(files).toContain(`templates/paper/${file}`);
});
