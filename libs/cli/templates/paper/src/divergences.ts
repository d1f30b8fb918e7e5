import type { Divergence } from '@distillery/lab';

/** Where the authors' code departs from their paper. */
export const DIVERGENCES: readonly Divergence[] = [
  {
    point: 'What it is about',
    paper: 'what the paper says, with its section or equation',
    code: 'what the released code does, with its file and line; or that there is none',
    ours: 'the names of the arms that stand side by side, or why there is only one',
  },
];
