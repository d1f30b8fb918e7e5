import { createHash } from 'node:crypto';
import { UserError } from '@distillery/tensor';
import type { z } from 'zod';
import type { Json } from './json';
import { jsonOf, validate } from './parse-json';
import { prettyJson } from './pretty-json';

/** A kind of JSON file: what stands in it, and the version of that form, which it carries as `schema`. */
export interface FileFormat<T> {
  readonly schema: z.ZodType<T>;
  readonly version: number;
}

/** `prettyJson` of an object with one more entry at its end: `digest`, the sha256 of all text before that entry. */
export function digestedJson(value: object): string {
  const text = beforeEnd(prettyJson(value as Json));
  return `${text},\n "digest": "${sha256Of(text)}"\n}\n`;
}

/**
 * Reads what `digestedJson` wrote. Throws UserError with one line: `what` it is (a file's name), what is wrong, and the `remedy`. A file of another version is
 * called that, whatever else it holds.
 */
export function parseDigested<T>(text: string, format: FileFormat<T>, what: string, remedy: string): T {
  const value = currentVersion(text, format, what, remedy);
  const [, content, digest] = /^(.*),\n "digest": "([0-9a-f]{64})"\n\}\n$/s.exec(text) ?? [];
  if (content === undefined || digest !== sha256Of(content))
    throw new UserError(`${what} is damaged, it does not match its digest: ${remedy}`);
  return validate(withoutDigest(value), format.schema, what, remedy);
}

function withoutDigest(value: unknown): unknown {
  return Object.fromEntries(Object.entries(value as object).filter(([name]) => name !== 'digest'));
}

/** Reads JSON of a version without a digest of its own. Throws UserError as `parseDigested` does. */
export function parseVersioned<T>(text: string, format: FileFormat<T>, what: string, remedy: string): T {
  return validate(currentVersion(text, format, what, remedy), format.schema, what, remedy);
}

/** The JSON value. Throws UserError if it states a version and that is not the one read here. */
function currentVersion<T>(text: string, { version }: FileFormat<T>, what: string, remedy: string): unknown {
  const value = jsonOf(text, what, remedy);
  const found = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (Number.isInteger(found)) checkVersion(found as number, version, what, remedy);
  return value;
}

/** Throws UserError for a file of another version than the one that is read here. A newer one is not to be replaced: there is no remedy but a newer distillery. */
function checkVersion(found: number, version: number, what: string, remedy: string): void {
  if (found > version)
    throw new UserError(`${what} was written by a newer distillery (version ${found} of its form, expected ${version}): use that one`);
  if (found < version)
    throw new UserError(`${what} was written by an older distillery (version ${found} of its form, expected ${version}): ${remedy}`);
}

/** sha256 of a text or of bytes, 64 hex digits. */
export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function beforeEnd(text: string): string {
  return text.replace(/\n?\}\n$/, '');
}
