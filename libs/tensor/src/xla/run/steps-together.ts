import { multiplyAdds } from '../../compile/graph/multiply-adds';
import type { Value } from '../../compile/graph/value';
import type { Between } from '../lower/several';

/** When several steps are run as one program, by kind of device. */
export interface TogetherTraits {
  /** As many steps as have together no more multiply-adds. */
  readonly multiplyAdds: number;
  readonly most: number;
  readonly between: Between;
}

/** How many steps are run as one program: as many as are small together, and go into `ahead`, after which losses are looked at, without a rest. */
export function stepsTogether(outputs: readonly Value[], { multiplyAdds: room, most }: TogetherTraits, ahead: number): number {
  const fitting = Math.min(most, Math.floor(room / Math.max(1, multiplyAdds(outputs))));
  for (let steps = fitting; steps > 1; steps--) if (ahead % steps === 0) return steps;
  return 1;
}
