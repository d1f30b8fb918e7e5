import { InvalidArgumentError } from 'commander';

/** Names and quantities of what a run needs. */
export type Quantities = Readonly<Record<string, string>>;

interface Volume {
  readonly claim: string;
  readonly path: string;
}

/** `claim:/path`, added to those before. */
export function claimAt(text: string, before: readonly Volume[]): Volume[] {
  const [, claim, path] = /^([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?):(\/.*)$/.exec(text) ?? [];
  if (claim === undefined || path === undefined) throw new InvalidArgumentError('expected CLAIM:PATH, such as runs:/shared.');
  return [...before, { claim, path }];
}

/** `name=quantity`, added to those before. */
export function quantityOf(text: string, before: Quantities): Quantities {
  const [, name, quantity] = /^([a-zA-Z0-9][\w./-]*)=(\d+(?:\.\d+)?(?:m|[kMGTPE]i?)?)$/.exec(text) ?? [];
  if (name === undefined || quantity === undefined)
    throw new InvalidArgumentError('expected NAME=QUANTITY, such as nvidia.com/gpu=1 or memory=16Gi.');
  return { ...before, [name]: quantity };
}
