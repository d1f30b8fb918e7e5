import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { TIERS, type Tier } from '@distillery/lab';
import { ENGINES, type EngineName } from '@distillery/tensor';
import { projectRoot } from '../experiment/session';

/** What a parameter can be. */
export type Value = string | number | boolean | null;

/** Parameters that mean the same in every notebook. */
export interface KnownParameters {
  /** How long training takes, and what its numbers are worth. */
  readonly tier: Tier;
  readonly seed: number;
  readonly scale: number;
  /** `auto`: whichever is fastest here, as for the command. */
  readonly engine: EngineName | 'auto';
  /** The data folder, seen from `projectRoot`; null: `DISTILLERY_DATA`, else the built-in images. */
  readonly data: string | null;
  /** An image of the reader's own, seen from `projectRoot`; null: one of the data set. */
  readonly image: string | null;
}

/** What is expected of a value, in words; null if it is fulfilled. */
export type Check = (value: Value) => string | null;

const oneOf =
  (allowed: readonly Value[]): Check =>
  (value) =>
    allowed.includes(value) ? null : `one of ${allowed.join(', ')}`;

const wholeNumber =
  (from: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= from ? null : `a whole number of at least ${from}`;

const path =
  (what: string): Check =>
  (value) =>
    value === null || (typeof value === 'string' && value !== '') ? null : `${what}, or null`;

function imageFile(value: Value): string | null {
  const expected = path('an image file')(value);
  if (expected !== null || value === null) return expected;
  const file = resolve(projectRoot(), value as string);
  return existsSync(file) ? null : `an image file, and there is none at ${file}`;
}

export const KNOWN: Readonly<Record<keyof KnownParameters, Check>> = {
  tier: oneOf(TIERS),
  seed: wholeNumber(0),
  scale: wholeNumber(2),
  engine: oneOf(['auto', ...ENGINES]),
  data: path('the folder that holds the datasets'),
  image: imageFile,
};

/** What may be said of a parameter beyond its type: the values there are, or from where to where a number goes. */
export type Limits = readonly Value[] | { readonly from: number; readonly to: number };

/** The check of a parameter by its name, its default and its limits. */
export function checkOf(name: string, initial: Value, limits?: Limits): Check {
  const known = (KNOWN as Readonly<Record<string, Check | undefined>>)[name];
  const checks = [known ?? sameKind(initial), ...(limits ? [within(limits)] : [])];
  return (value) => checks.map((check) => check(value)).find((expected) => expected !== null) ?? null;
}

function within(limits: Limits): Check {
  if (!('from' in limits)) return oneOf(limits);
  const { from, to } = limits;
  return (value) => (typeof value === 'number' && value >= from && value <= to ? null : `a number from ${from} to ${to}`);
}

/** A parameter that no other notebook has is what its default is: a whole number, a number, a yes or no, a text. */
function sameKind(initial: Value): Check {
  if (initial === null) return (value) => (value === null || typeof value === 'string' ? null : 'a text, or null');
  if (Number.isInteger(initial)) return (value) => (Number.isInteger(value) ? null : 'a whole number');
  const words = { number: 'a number', string: 'a text', boolean: 'true or false' } as const;
  const kind = typeof initial as keyof typeof words;
  return (value) => (typeof value === kind && (kind !== 'number' || Number.isFinite(value)) ? null : words[kind]);
}

/** A value written as text (`--set seed=1`), as its default's kind. */
export function fromText(text: string, initial: Value): Value {
  if (typeof initial === 'number' && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  if (typeof initial === 'boolean' && /^(?:true|false)$/.test(text)) return text === 'true';
  if (initial === null && text === '') return null;
  return text;
}
