import { UserError } from '@distillery/tensor';
import { z } from 'zod';

/** Networks' options as zod schemas. Every message says what was expected; `checkOptions` says of what. */

export const count = atLeast(1);

/** An integer of at least `least`. */
export function atLeast(least: number): z.ZodInt {
  const expected = `expected an integer of at least ${least}`;
  return z.int(expected).min(least, expected);
}

export const factor = z.number('expected a number');
export const flag = z.boolean('expected true or false');

/** One of a few values. */
export function choice<const T extends string | number>(...values: readonly T[]): z.ZodLiteral<T> {
  return z.literal(values, `expected ${values.join(' or ')}`);
}

/** The range that a network works in: official weights of the EDSR family want 255. Its interface is 0..1 either way. */
export const rgbRange = choice(1, 255);

/** The mean colour (RGB, 0..1) that a network subtracts and adds again, where it is not DIV2K's. */
export const rgbMean = z.tuple([factor, factor, factor], 'expected three numbers').optional();

/** Options by name, and no others. */
export function optionsSchema<T extends z.core.$ZodLooseShape>(shape: T): z.ZodObject<T, z.core.$strict> {
  const names = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `unknown option ${quoted(issue.keys)}, expected ${names}` : `expected ${names}`,
  });
}

/** One of several sets of options, told apart by the value of `key`. */
export function oneOf<const T extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]]>(
  key: string,
  schemas: T,
): z.ZodDiscriminatedUnion<T> {
  const values = schemas.flatMap((schema) => [...(schema._zod.propValues?.[key] ?? [])]);
  return z.discriminatedUnion(key, schemas, `expected ${key} ${values.join(' or ')}`);
}

/** The options with their defaults. Throws UserError in one line: whose they are, which one is wrong, and what was expected. */
export function checkOptions<T>(whose: string, schema: z.ZodType<T>, options: unknown): T {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  // A misspelt option is unknown, and missing under its right name: the former says more.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? (issues[0] as z.core.$ZodIssue);
  throw new UserError(problemOf(whose, issue, options));
}

function problemOf(whose: string, issue: z.core.$ZodIssue, options: unknown): string {
  const path = [whose, issue.path.join('.')].filter((part) => part !== '').join(' ');
  if (issue.code === 'unrecognized_keys') return `${path}: ${issue.message}`;
  const value = issue.path.reduce<unknown>((inside, key) => (inside as Record<PropertyKey, unknown>)[key], options);
  return value === undefined ? `${path}: missing, ${issue.message}` : `${path} ${shown(value)}: ${issue.message}`;
}

/** A value as a reader of the message would write it, kept short. */
function shown(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}
