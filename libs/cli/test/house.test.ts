import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, relative } from 'node:path';
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

/** `@scope/name` or `name` of an import specifier; null for relative and built-in modules. */
function packageOf(specifier: string): string | null {
  if (specifier.startsWith('.') || specifier.startsWith('node:') || builtinModules.includes(specifier)) return null;
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

interface Manifest {
  readonly dependencies?: Record<string, string>;
  /** Engines that a user may install: loaded by name when asked for, never imported. */
  readonly peerDependencies?: Record<string, string>;
  readonly peerDependenciesMeta?: Record<string, { readonly optional?: boolean }>;
}

const manifest = (lib: string) => JSON.parse(readFileSync(join(ROOT, 'libs', lib, 'package.json'), 'utf8')) as Manifest;

describe('the house', () => {
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

  it('keeps report and notebook apart', () => {
    expect(sources('notebook').flatMap(imports)).not.toContain('@distillery/report');
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
    expect([...used].sort()).toEqual(Object.keys(dependencies).sort());
  });
});
