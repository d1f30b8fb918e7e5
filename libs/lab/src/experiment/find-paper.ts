import { UserError } from '@distillery/tensor';
import type { Paper } from './paper';

/** The paper of that id. Throws UserError listing the known ones. */
export function findPaper(id: string, papers: readonly Paper[]): Paper {
  const paper = papers.find((candidate) => candidate.id === id);
  if (!paper) throw new UserError(`paper '${id}': unknown, expected one of ${papers.map((known) => known.id).join(', ')}`);
  return paper;
}
