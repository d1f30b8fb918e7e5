import type { Builder } from '../graph/builder';
import type { ElementType, Value } from '../graph/value';

/** x as another element type; float to int truncates towards zero. Throws for types that a compiled step cannot hold. */
export function cast(builder: Builder, x: Value, type: string): Value {
  if (type === x.type) return x;
  if (type !== 'float32' && type !== 'int32' && type !== 'bool') throw new Error(`element type ${type} cannot be compiled`);
  return builder.node('Cast', [x], x.shape, {}, type satisfies ElementType);
}
