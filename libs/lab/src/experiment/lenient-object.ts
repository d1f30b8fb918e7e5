import type { z } from 'zod';

type Schema = z.core.$ZodType;
type Definition = z.core.$ZodTypes['_zod']['def'];

/**
 * The path of the first object in a schema that takes entries it does not know (`z.object` instead of `z.strictObject`): a misspelt option would be
 * ignored and change the run's hash all the same. null if all objects are strict.
 */
export function lenientObject(schema: Schema, path = 'options'): string | null {
  const { def } = schema._zod as z.core.$ZodTypes['_zod'];
  if (def.type === 'object' && def.catchall?._zod.def.type !== 'never') return path;
  for (const [name, part] of partsOf(def)) {
    const found = lenientObject(part, `${path}${name}`);
    if (found !== null) return found;
  }
  return null;
}

/** The schemas inside a schema, with what they add to the path. */
function partsOf(def: Definition): readonly (readonly [string, Schema])[] {
  if (def.type === 'object') return Object.entries(def.shape).map(([key, part]) => [`.${key}`, part]);
  if (def.type === 'array') return [['[]', def.element]];
  if (def.type === 'tuple') return def.items.map((part, i) => [`[${i}]`, part]);
  if (def.type === 'record') return [['{}', def.valueType]];
  if (def.type === 'union') return def.options.map((part) => ['', part]);
  if (def.type === 'intersection') return [def.left, def.right].map((part) => ['', part]);
  if (def.type === 'pipe') return [['', def.in]];
  if (def.type === 'lazy') return [['', def.getter()]];
  if ('innerType' in def) return [['', def.innerType]];
  return [];
}
