import { isEvidence, type RunResult, type Tier } from '@distillery/lab';
import type { Cohort } from './cohort';
import { distinct } from './collections';
import { listed } from './format';
import { html, type Content, type Html } from './html';

interface TierText {
  readonly badge: string;
  readonly heading: string;
  readonly meaning: string;
}

/** What each tier's numbers may be used for. */
export const TIER_TEXT: Readonly<Record<Tier, TierText>> = {
  smoke: {
    badge: 'smoke tier: machinery check, not evidence',
    heading: 'Smoke tier: a machinery check, not evidence',
    meaning: 'Runs of seconds. They show that every part works together; their numbers say nothing about the paper.',
  },
  learn: {
    badge: 'learn tier: to look at, not evidence',
    heading: 'Learn tier: training to look at, not evidence',
    meaning:
      'One short training of a small network under one seed, as the notebooks make it. It is better than bicubic and shows what a method does; it cannot say whether it helps.',
  },
  small: {
    badge: 'small tier: evidence of direction',
    heading: 'Small tier: evidence of direction, not of magnitude',
    meaning:
      'Runs of minutes on a small network with several seeds. They can show which of two arms is better; their absolute values are not the paper’s.',
  },
  full: {
    badge: 'full tier: evidence of magnitude',
    heading: 'Full tier: the paper’s own protocol',
    meaning: 'The published network, data and schedule. Absolute values can be held against the published ones.',
  },
};

/** Tier and engine in words, for captions: a figure or table cut out of the page still says what it is. */
export function cohortStamp({ tier, engine, runs }: Cohort): string {
  if (runs.length === 0) return 'not run';
  return `${tier} tier${isEvidence(tier) ? '' : ' (not evidence)'}, engine ${engine}`;
}

/** The tier over a section: a striped box that cannot be missed where it is no evidence. */
export function tierBanner(tier: Tier): Html {
  const { heading, meaning } = TIER_TEXT[tier];
  return html`<div class="tier-banner ${tier}${isEvidence(tier) ? '' : ' not-evidence'}" role="note">
    <p><strong>${heading}</strong></p>
    <p>${meaning}</p>
  </div>`;
}

const isProcedural = (dataset: string) => dataset.startsWith('procedural');

/** What stood in for the real thing in these runs: the built-in procedural images, the random feature network. */
export function standIns(runs: readonly RunResult[]): string[] {
  const datasets = distinct(runs.flatMap(({ spec }) => [spec.recipe.data.train, ...spec.recipe.data.evaluate])).filter(isProcedural);
  const features = distinct(runs.map(({ provenance }) => provenance.featureNetwork)).filter((name) => name?.startsWith('random'));
  return [
    ...(datasets.length > 0 ? [`built-in procedural images (${datasets.join(', ')}) instead of photographs`] : []),
    ...features.map((name) => `a network with random weights (${name}) instead of the trained one`),
  ];
}

/** The stand-ins of a cohort as a notice, or nothing. */
export function standInNotice(cohort: Cohort): Content {
  const used = standIns(cohort.runs);
  return used.length > 0 && html`<p class="stand-in"><strong>Stand-ins were used:</strong> ${listed(used)}.</p>`;
}
