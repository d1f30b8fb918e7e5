import type { Tier } from './recipe';

/** Tiers whose runs say something of a paper, the strongest last. */
export const EVIDENCE_TIERS = ['small', 'full'] as const satisfies readonly Tier[];

/** Why no verdict is drawn from runs of the other tiers. */
const NO_EVIDENCE = {
  smoke: 'smoke tier: proves the machinery, is evidence of nothing',
  learn: 'learn tier: one short training to look at, is evidence of nothing',
} as const satisfies Record<Exclude<Tier, (typeof EVIDENCE_TIERS)[number]>, string>;

/** Why runs of the tier decide nothing; null for a tier that is evidence. */
export function whyNoEvidence(tier: Tier): string | null {
  return tier in NO_EVIDENCE ? NO_EVIDENCE[tier as keyof typeof NO_EVIDENCE] : null;
}

/** Whether runs of the tier say something of a paper. */
export function isEvidence(tier: Tier): boolean {
  return whyNoEvidence(tier) === null;
}
