import type { Points } from './line-chart';

/** A curve is smoothed over this share of its points. */
const SHARE = 1 / 25;
/** Shorter curves are shown as they are: every point of them says something. */
const FEWEST = 50;

/** Whether a curve has so many points that the eye wants them smoothed. */
export const isNoisy = (points: Points): boolean => points.length >= FEWEST;

/**
 * The exponential moving average of a curve at its points, over a 25th of them: `s_t = (1 - a) s_(t-1) + a y_t`, divided by `1 - (1 - a)^t`, so that the
 * beginning is not drawn to zero (Adam's correction of bias).
 */
export function smoothed(points: Points): Points {
  const a = Math.min(1, 1 / (SHARE * points.length));
  let [sum, weight] = [0, 0];
  return points.map(([x, y]) => {
    sum += a * (y - sum);
    weight += a * (1 - weight);
    return [x, sum / weight] as const;
  });
}
