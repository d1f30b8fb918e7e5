import type { Tier } from '@distillery/lab';
import { TIER_TEXT } from '../badges';
import type { Html } from '../html';
import { term } from './term';

/** The tier beside a number or in a table, with its meaning on hover and focus. */
export function tierBadge(tier: Tier): Html {
  return term(`${tier}-tier`, TIER_TEXT[tier].badge, `tier ${tier}`);
}
