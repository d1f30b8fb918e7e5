import { pathToFileURL } from 'node:url';
import { UserError } from '@distillery/tensor';
import { checkPaper } from './check-paper';
import type { Paper } from './paper';

/** A module that exports papers as `PAPERS`: an object of papers by their ids. */
export interface PapersModule {
  /** Its JavaScript, an absolute path. */
  readonly entry: string;
  /** What a user writes after `--papers` to name it: a folder, a file or a package. null: the papers of this repository, which are always there. */
  readonly from: string | null;
}

/**
 * The papers that modules export, in their order. Throws UserError, one line that names the module, for one that does not load, exports no papers or
 * something that is no paper (see `checkPaper`), and for a paper that another module has already.
 */
export async function loadPapers(modules: readonly PapersModule[]): Promise<Paper[]> {
  const papers = new Map<string, { readonly paper: Paper; readonly of: string }>();
  for (const module of modules) {
    const of = nameOf(module);
    for (const [id, value] of Object.entries(await exportsOf(module))) {
      const paper = module.from === null ? (value as Paper) : { ...checkPaper(value, `${of}, paper '${id}'`), from: module.from };
      if (paper.id !== id) throw new UserError(`${of}: PAPERS has the paper '${paper.id}' under the name '${id}'`);
      const before = papers.get(id);
      if (before) throw new UserError(`${of}: the paper '${id}' is there already, from ${before.of}`);
      papers.set(id, { paper, of });
    }
  }
  return [...papers.values()].map(({ paper }) => paper);
}

function nameOf({ from }: PapersModule): string {
  return from === null ? 'this repository' : `papers module ${from}`;
}

async function exportsOf(module: PapersModule): Promise<object> {
  const { PAPERS } = await load(module);
  if (typeof PAPERS !== 'object' || PAPERS === null || Object.keys(PAPERS).length === 0)
    throw new UserError(`${nameOf(module)} exports no papers; expected PAPERS, an object of papers by their ids`);
  return PAPERS;
}

async function load(module: PapersModule): Promise<{ readonly PAPERS?: unknown }> {
  try {
    const loaded = (await import(pathToFileURL(module.entry).href)) as { readonly PAPERS?: unknown; readonly default?: object };
    // What Node does not find out about a CommonJS module's exports stands in its default export.
    return 'PAPERS' in loaded ? loaded : (loaded.default ?? {});
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new UserError(`${nameOf(module)} does not load: ${reason}`, { cause: error });
  }
}
