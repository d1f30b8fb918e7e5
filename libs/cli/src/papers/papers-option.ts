import { loadPapers, type Paper, type PapersModule } from '@distillery/lab';
import { UserError } from '@distillery/tensor';
import { Option } from 'commander';
import { papersModule } from './papers-module';

/** `--papers MODULE`, as often as wanted. */
export const papersOption = () =>
  new Option('--papers <module>', 'papers from outside: a folder, a JavaScript file or a package; may be repeated')
    .argParser((module: string, before: readonly string[]) => [...before, module])
    .default([], 'none');

/** The papers of this repository. */
const OWN: PapersModule = { entry: require.resolve('@distillery/papers'), from: null };

/** All papers that a command knows, and the modules that its worker processes load them from. */
export interface KnownPapers {
  readonly papers: readonly Paper[];
  readonly papersModules: readonly PapersModule[];
}

/**
 * This repository's papers and those of `--papers`, compiled first where they are TypeScript. Throws UserError, one line, for a module that is not found,
 * does not compile or load, and for whatever is wrong with its papers.
 */
export async function knownPapers(modules: readonly string[]): Promise<KnownPapers> {
  const papersModules = [OWN];
  for (const module of modules) papersModules.push(await papersModule(module));
  return { papers: await loadPapers(papersModules), papersModules };
}

/** The papers of these ids, or all. Throws UserError for an unknown one. */
export function papersNamed(ids: readonly string[], papers: readonly Paper[]): Paper[] {
  if (ids.length === 0) return [...papers];
  return [...new Set(ids)].map((id) => {
    const paper = papers.find((candidate) => candidate.id === id);
    if (!paper) throw new UserError(`unknown paper '${id}'; expected ${papers.map((known) => known.id).join(', ')}`);
    return paper;
  });
}
