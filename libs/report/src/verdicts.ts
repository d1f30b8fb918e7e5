import type { VerdictKind } from '@distillery/lab';
import { METRIC_IDS, METRICS, unitOf } from '@distillery/metrics';
import { groupBy } from './collections';
import { listed } from './format';
import { html, type Html } from './html';
import type { Notes } from './notes';

/** A verdict in one sign. */
export const SIGNS: Readonly<Record<VerdictKind, string>> = {
  reproduced: '✓',
  'within tolerance': '≈',
  contradicted: '✗',
  inconclusive: '?',
  'under-trained': '…',
  'not judged': '–',
};

/** `0.05 dB of PSNR, 0.001 of SSIM or LPIPS`: metrics of one band together. */
function bands(band: 'reproduced' | 'tolerance'): string {
  const groups = groupBy(METRIC_IDS, (id) => `${METRICS[id].bands[band]}${unitOf(id)}`);
  return listed([...groups].map(([width, ids]) => `${width} of ${ids.map((id) => METRICS[id].title).join(' or ')}`));
}

/** What each verdict means, as the page explains it. */
export const VERDICT_MEANING: Readonly<Record<VerdictKind, string>> = {
  reproduced: `A direction: the 95 % interval of our paired difference lies wholly on the claimed side of zero. An absolute value, at the full tier only: within ${bands('reproduced')}.`,
  'within tolerance': `An absolute value at the full tier that differs from the published one by at most ${bands('tolerance')}.`,
  contradicted: 'The whole interval lies on the other side of zero, or beyond the tolerance.',
  inconclusive: 'The interval includes both, there is only one seed, or stand-ins took the place of the paper’s data or features.',
  'under-trained':
    'An arm had not finished learning: the last third of its training still gained on the validation set more than a third of the published difference (0.03 dB where none is published), it was never above bicubic, or no validation curve was kept.',
  'not judged': 'There is no run, or none whose tier can speak for or against the claim.',
};

/** Why a verdict was given: under it, or in a note if other rows of the table say the same. */
export function reasonOf(reason: string, allReasons: readonly string[], notes: Notes): Html {
  const shared = allReasons.filter((other) => other === reason).length > 1;
  return shared ? notes.mark(`Verdict: ${reason}.`) : html`<span class="reason">${reason}.</span>`;
}
