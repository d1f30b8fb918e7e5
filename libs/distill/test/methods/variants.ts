import type { Method } from '@distillery/distill';

/** A method in a toy size, as the library makes it (`''`) and with other options, by what these are. */
export type Variants = Readonly<Record<string, () => Method>>;
