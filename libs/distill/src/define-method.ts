import type { Method } from './method';

/** What is known of a method. The file of a method says it once; lists and tests loop over all of them. */
interface Facts<Id extends string> {
  /** The name of the method's runs, messages and tests: `fakd`. */
  readonly id: Id;
  readonly title: string;
  /** Authors, venue and year; `ours` for controls. */
  readonly source: string;
}

/** A method but for its name, which is its entry's. */
export type MethodParts = Omit<Method, 'name'>;

/** A method of the library: the function that makes it from its options, with what is known of it. */
export interface MethodEntry<Id extends string = string, Options = never> extends Facts<Id> {
  (options: Options): Method;
  readonly kind: 'method';
}

/** A method from what is known of it and `method`, which makes it from its options. */
export function defineMethod<const Id extends string, Options>({
  method,
  ...facts
}: Facts<Id> & { method(options: Options): MethodParts }): MethodEntry<Id, Options> {
  const make = (options: Options): Method => ({ ...method(options), name: facts.id });
  return Object.assign(make, { ...facts, kind: 'method' as const });
}
