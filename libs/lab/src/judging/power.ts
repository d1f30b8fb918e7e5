import tCdf from '@stdlib/stats-base-dists-t-cdf';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { CONFIDENCE, type PairedDifference } from './statistics';

/** The power at which the smallest visible effect is stated. */
export const POWER = 0.8;

/** What a comparison's standard error says, in the unit of its mean. */
type Measured = Pick<PairedDifference, 'mean' | 'se' | 'df'>;

/**
 * The smallest true difference that a comparison with this spread would have found with 80 % probability (interval excluding zero):
 * (t(0.975, df) + t(0.8, df)) se, Bloom (1995), "Minimum detectable effects". The exact value, from the noncentral t distribution, is larger by 5 % at two
 * degrees of freedom and by less than 0.5 % from six on. null without a standard error.
 */
export function smallestDetectable({ se, df }: Measured): number | null {
  if (se === null || df === null) return null;
  return (tQuantile((1 + CONFIDENCE) / 2, df) + tQuantile(POWER, df)) * se;
}

/** Two-sided p value of the mean against zero, 2 P(T(df) > |mean / se|); 1 for a mean of zero without spread. null without a standard error. */
export function pValue({ mean, se, df }: Measured): number | null {
  if (se === null || df === null) return null;
  if (se === 0) return mean === 0 ? 1 : 0;
  return 2 * tCdf(-Math.abs(mean / se), df);
}
