import type { NetworkOptions } from '@distillery/lab';

/** The maps of a network that the authors' code returns: the head's, those after one and two thirds of the body, and its end. */
export interface Maps {
  readonly head: string;
  readonly third: string;
  readonly twoThirds: string;
  /** In RCAN and EDSR after the long skip, which the authors' code adds in place; in SAN before it. */
  readonly end: string;
  /** The end before the long skip. */
  readonly beforeSkip: string;
}

/**
 * The taps of those maps. The depths are the released ones (RCAN groups 3 and 7 of 10; SAN 7 and 14 of 20, 2 and 4 of 6; EDSR blocks 5 and 10
 * of 16, 10 and 21 of 32) and at other depths rounded as those are. Throws RangeError for a network that FAKD has no code for.
 */
export function fakdMaps(network: NetworkOptions): Maps {
  if (network.architecture === 'rcan') return maps('body', network.groups, Math.round, 'body', `body.${network.groups}`);
  if (network.architecture === 'san') return maps('RG', network.groups, Math.ceil, 'non_local', 'non_local');
  if (network.architecture === 'edsr') return maps('body', network.blocks, Math.floor, 'body', `body.${network.blocks}`);
  throw new RangeError(`FAKD of ${network.architecture}: expected rcan, san or edsr`);
}

function maps(chain: string, depth: number, whole: (value: number) => number, end: string, beforeSkip: string): Maps {
  const after = (thirds: number): string => `${chain}.${whole((thirds * depth) / 3) - 1}`;
  return { head: 'head', third: after(1), twoThirds: after(2), end, beforeSkip };
}
