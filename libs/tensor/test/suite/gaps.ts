import type { EngineName } from '@distillery/tensor';

/** What of an operation an engine can lack. */
export type Part = 'value' | 'gradient' | 'second derivative';

/**
 * What the engines do not offer, by operation, with the reason. A test fails where something is missing that does not stand here, and where something stands
 * here that is not missing.
 */
export const GAPS: Partial<Record<EngineName, Readonly<Record<string, Partial<Record<Part, string>>>>>> = {};
