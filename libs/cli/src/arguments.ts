import { PRECISIONS } from '@distillery/tensor';
import { InvalidArgumentError, Option } from 'commander';

/** A positive whole number. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number of at least 1.');
  return value;
}

/** A whole number of at least 0. */
export function nonNegativeInteger(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('expected a whole number of at least 0.');
  return value;
}

/** A positive number, or a fraction of two: `1/3`, which no decimal says. */
export function ratio(text: string): number {
  const parts = text.split('/').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const [above, below = 1] = parts as [number, number?];
  const value = above / below;
  if (parts.length > 2 || !(above > 0) || !(below > 0) || !Number.isFinite(value) || value === 0)
    throw new InvalidArgumentError('expected a number or a fraction greater than 0, such as 0.5 or 1/3.');
  return value;
}

/** The value of white in a network. */
export function rgbRange(text: string): 1 | 255 {
  if (text !== '1' && text !== '255') throw new InvalidArgumentError('expected 1 or 255.');
  return text === '1' ? 1 : 255;
}

/** Three numbers from 0 to 1: red, green, blue. */
export function colour(text: string): [number, number, number] {
  const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (values.length !== 3 || !values.every((value) => value >= 0 && value <= 1))
    throw new InvalidArgumentError('expected three numbers from 0 to 1, such as 0.4488,0.4371,0.4040.');
  return values as [number, number, number];
}

/** `WIDTHxHEIGHT` in pixels. */
export function imageSize(text: string): { width: number; height: number } {
  const [, width, height] = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/.exec(text) ?? [];
  if (width === undefined || height === undefined) throw new InvalidArgumentError('expected WIDTHxHEIGHT, such as 64x64.');
  return { width: Number(width), height: Number(height) };
}

/** What says which runs a plan consists of. */
export interface PlanArguments {
  readonly table?: string;
  readonly seeds?: number;
  readonly engine: string;
  readonly data?: string;
  readonly papers: readonly string[];
}

export const tableOption = () => new Option('--table <id>', 'only this experiment');
export const seedsOption = (whenAbsent = '') => new Option('--seeds <n>', `number of seeds${whenAbsent}`).argParser(positiveInteger);
export const dataOption = () => new Option('--data <dir>', 'data folder (default: DISTILLERY_DATA, else the built-in procedural images)');
export const engineOption = () => new Option('--engine <name>', 'who runs the maths; auto: whichever is fastest here').default('auto');
export const precisionOption = () =>
  new Option(
    '--precision <name>',
    'of convolutions on the xla engines: float32, tf32 where the card has it, or bf16 (part of what a run is)',
  ).choices([...PRECISIONS]);
export const jsonOption = () => new Option('--json', 'print one JSON document on stdout and nothing else').default(false);
export const outOption = () => new Option('--out <dir>', 'folder that holds runs/ and reports/').default('.');
