import { adapted, RELATIONS, vidRelation, type Relation } from '@distillery/distill';

/** What else a student's features can take from a teacher's: attention transfer, FitNets, the flow of the solution procedure, VID. */
export const RELATIVES = ['attention-transfer', 'feature-l2', 'fsp', 'vid'] as const;
export type RelativeName = (typeof RELATIVES)[number];

/** The relation for a number of positions and networks of these widths. Forms that want equal widths see the student through trained 1x1 convolutions. */
export function relativeOf(
  form: RelativeName,
  positions: number,
  channels: { readonly student: number; readonly teacher: number },
): Relation {
  switch (form) {
    case 'vid':
      return vidRelation(positions, channels);
    case 'attention-transfer':
      return RELATIONS[form];
    case 'feature-l2':
    case 'fsp':
      return adapted(RELATIONS[form], positions, channels);
  }
}
