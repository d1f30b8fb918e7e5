import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = join(__dirname, '../../..');

/** The order of the house: a lib imports only from those before it. */
const ORDER = ['tensor', 'data', 'models', 'metrics', 'distill', 'lab', 'papers', 'report', 'notebook', 'cli'];

function sources(lib: string): string[] {
  return readdirSync(join(ROOT, 'libs', lib, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(ROOT, 'libs', lib, 'src', file));
}

/** `@scope/name` or `name` of an import specifier; null for relative and built-in modules, and for what a library bundles (`#name`). */
function packageOf(specifier: string): string | null {
  if (/^[.#]/.test(specifier) || specifier.startsWith('node:') || builtinModules.includes(specifier)) return null;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** What a file imports, or finds by `require.resolve`. */
function imports(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const resolved = [...text.matchAll(/\.resolve\('([^']+)'\)/g)].map(([, name]) => name as string);
  return [...ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName), ...resolved];
}

/** The file that a relative specifier stands for; none for packages. */
function fileOf(from: string, specifier: string, files: ReadonlySet<string>): string[] {
  if (!specifier.startsWith('.')) return [];
  const path = join(dirname(from), specifier);
  return [`${path}.ts`, join(path, 'index.ts')].filter((file) => files.has(file));
}

interface Manifest {
  readonly dependencies?: Record<string, string>;
  /** What a user may install beside: loaded when asked for, and missed in one line. A library imports no more than their types by itself. */
  readonly peerDependencies?: Record<string, string>;
  readonly peerDependenciesMeta?: Record<string, { readonly optional?: boolean }>;
}

const manifest = (lib: string) => JSON.parse(readFileSync(join(ROOT, 'libs', lib, 'package.json'), 'utf8')) as Manifest;

describe('the house', () => {
  it('makes folders by the one function that ends wherever it is asked to', () => {
    const own = ORDER.flatMap(sources).filter((file) => /\bmkdir(Sync)?\([^;]*recursive: true/.test(readFileSync(file, 'utf8')));
    expect(own.map((file) => relative(ROOT, file))).toEqual([]);
  });

  it('has the libs of the design', () => {
    expect(readdirSync(join(ROOT, 'libs')).sort()).toEqual([...ORDER].sort());
  });

  it.each(ORDER)('%s imports only from libs before it', (lib) => {
    const allowed = ORDER.slice(0, ORDER.indexOf(lib)).map((name) => `@distillery/${name}`);
    const wrong = sources(lib).flatMap((file) =>
      imports(file)
        .filter((specifier) => specifier.startsWith('@distillery/') && !allowed.includes(specifier))
        .map((specifier) => `${relative(ROOT, file)} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it.each(ORDER)('%s has no file that imports itself by way of others', (lib) => {
    const files = new Set(sources(lib));
    const needs = new Map([...files].map((file) => [file, imports(file).flatMap((specifier) => fileOf(file, specifier, files))]));
    // Who needs nothing that is left, or is needed by nobody left, is in no circle.
    const isNeeded = (file: string) => [...needs.values()].some((needed) => needed.includes(file));
    for (let before = Infinity; before > needs.size;) {
      before = needs.size;
      for (const [file, needed] of needs) if (!needed.some((one) => needs.has(one)) || !isNeeded(file)) needs.delete(file);
    }
    expect([...needs.keys()].map((file) => relative(ROOT, file))).toEqual([]);
  });

  it('lets a library see of another only what its index exports', () => {
    const inside = ORDER.flatMap(sources).flatMap(imports);
    expect(inside.filter((specifier) => /^@distillery\/[^/]+\/./.test(specifier) && !specifier.endsWith('/package.json'))).toEqual([]);
  });

  it.each(ORDER)("%s declares exactly what it imports, Node's own modules apart", (lib) => {
    const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifest(lib);
    expect(Object.keys(peerDependencies).filter((peer) => !peerDependenciesMeta[peer]?.optional)).toEqual([]);
    const used = new Set(
      sources(lib)
        .flatMap(imports)
        .map(packageOf)
        .filter((name) => name !== null),
    );
    const isPeer = (name: string) => name in peerDependencies;
    expect([...used].filter((name) => !isPeer(name)).sort()).toEqual(Object.keys(dependencies).sort());
  });
});
