import { TIERS, type Paper, type Tier } from '@distillery/lab';
import { PAPERS } from '@distillery/papers';
import { UserError } from '@distillery/tensor';
import { Option } from 'commander';

/** The modules that worker processes load the papers from. */
export const PAPERS_MODULES: readonly string[] = [require.resolve('@distillery/papers')];

/** The papers of these ids, or all. Throws UserError for an unknown one. */
export function papersNamed(ids: readonly string[]): Paper[] {
  const papers: Readonly<Record<string, Paper>> = PAPERS;
  if (ids.length === 0) return Object.values(papers);
  return [...new Set(ids)].map((id) => {
    if (!Object.hasOwn(papers, id)) throw new UserError(`unknown paper '${id}'; expected ${Object.keys(papers).join(', ')}`);
    return papers[id] as Paper;
  });
}

export const tierOption = () =>
  new Option('--tier <tier>', 'smoke proves the machinery, small is evidence of direction, full is the paper’s protocol').choices([
    ...TIERS,
  ]);

export type { Tier };
