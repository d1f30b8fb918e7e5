import type { Paper } from '@distillery/lab';
import { CLAIMS, DIRECTIONS } from './claims';
import { DIVERGENCES } from './divergences';
import { myPaperExperiments } from './experiments';
import { MY_PAPER_METHODS } from './methods';
import type { MyPaperArm } from './recipes';

const MY_PAPER: Paper<MyPaperArm> = {
  id: 'my-paper',
  title: 'The title as printed',
  venue: 'Conference and year',
  url: null,
  summary: 'The method and its headline claim, in a few plain sentences.',
  claims: CLAIMS,
  directions: DIRECTIONS,
  divergences: DIVERGENCES,
  overhead: { plain: 'alone', arms: ['distilled'] },
  experiments: myPaperExperiments,
  methods: MY_PAPER_METHODS,
};

/** What `--papers` looks for: papers by their ids. */
export const PAPERS = { 'my-paper': MY_PAPER };
