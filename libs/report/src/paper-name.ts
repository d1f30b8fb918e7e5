import type { Paper } from '@distillery/lab';

type Named = Pick<Paper, 'id' | 'title'>;

/** The short name that pages call a paper by: `FAKD`. */
export function paperName({ id }: Pick<Named, 'id'>): string {
  return id.toUpperCase();
}

/** The title without the short name that some begin with: pages put that before it themselves. */
export function titleAfterName(paper: Named): string {
  const prefix = `${paperName(paper)}: `;
  return paper.title.startsWith(prefix) ? paper.title.slice(prefix.length) : paper.title;
}

/** `FAKD: Feature-Affinity Based Knowledge Distillation ...` */
export function paperHeading(paper: Named): string {
  return `${paperName(paper)}: ${titleAfterName(paper)}`;
}
