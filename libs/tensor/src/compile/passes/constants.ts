import { isConstant, type Data, type Value } from '../graph/value';

const uniform = new WeakMap<Data, number | null>();

/** The number that all elements of a constant equal; null if `value` is no constant or has different elements. */
export function uniformValue(value: Value): number | null {
  if (!isConstant(value) || value.type === 'bool') return null;
  const { data } = value.source;
  let found = uniform.get(data);
  if (found === undefined) {
    const first = data[0];
    found = first !== undefined && data.every((x) => Object.is(x, first)) ? first : null;
    uniform.set(data, found);
  }
  return found;
}
