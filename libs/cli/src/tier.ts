import { TIERS } from '@distillery/lab';
import { Option } from 'commander';

export const tierOption = () =>
  new Option(
    '--tier <tier>',
    'smoke proves the machinery, learn is to look at, small is evidence of direction, full is the paper’s protocol',
  ).choices([...TIERS]);
