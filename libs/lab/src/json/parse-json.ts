import { UserError } from '@distillery/tensor';
import type { z } from 'zod';

/**
 * Parses and validates JSON text. Throws UserError with one line: `what` it is (a file's name), where the first problem lies,
 * what was expected, and the `remedy`.
 */
export function parseJson<T>(text: string, schema: z.ZodType<T>, what: string, remedy: string): T {
  return validate(jsonOf(text, what, remedy), schema, what, remedy);
}

/** The value of JSON text, whatever it is. Throws UserError as `parseJson` does. */
export function jsonOf(text: string, what: string, remedy: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError(`${what} is not valid JSON${text === '' ? ' (it is empty)' : ''}: ${remedy}`);
  }
}

/** The value if it is as the schema says. Throws UserError as `parseJson` does. */
export function validate<T>(value: unknown, schema: z.ZodType<T>, what: string, remedy: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UserError(`${what} ${describe(parsed.error.issues[0])}: ${remedy}`);
}

/** What is wrong, and where. */
function describe(issue: z.core.$ZodIssue | undefined): string {
  const path = issue?.path.join('.') ?? '';
  if (issue?.code === 'unrecognized_keys') return `has an unknown entry '${[...issue.path, issue.keys[0]].join('.')}'`;
  const message = issue?.code === 'invalid_key' ? issue.issues[0]?.message : issue?.message;
  return `is not as expected${path === '' ? '' : ` at ${path}`} (${message})`;
}
