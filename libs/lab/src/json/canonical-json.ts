import { createHash } from 'node:crypto';
import type { Json } from './json';

/**
 * JSON with sorted keys and no whitespace: equal values have equal texts. Throws TypeError for what JSON cannot hold
 * (NaN, infinities, undefined): such a value would silently become `null` and two different inputs would look the same.
 */
export function canonicalJson(value: Json): string {
  // A results file has millions of values: text is appended to, without lists of parts in between.
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON form`);
    return String(value);
  }
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object') throw new TypeError(`${typeof value} has no JSON form`);
  let text = '';
  if (isArray(value)) {
    if (isNumbers(value)) return JSON.stringify(value);
    for (const item of value) text += text === '' ? canonicalJson(item) : `,${canonicalJson(item)}`;
    return `[${text}]`;
  }
  for (const key of Object.keys(value).sort())
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(value[key] as Json)}`;
  return `{${text}}`;
}

/** Whether it is finite numbers, and arrays of them, all the way down: of these JSON's own text is the canonical one, and it comes several times faster. */
function isNumbers(value: readonly Json[]): boolean {
  for (const item of value)
    if (typeof item === 'number' ? !Number.isFinite(item) : item === null || !isArray(item) || !isNumbers(item)) return false;
  return true;
}

/** `Array.isArray` does not narrow readonly arrays. */
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** sha256 of the canonical JSON, 64 hex digits. */
export function hashJson(value: Json): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
