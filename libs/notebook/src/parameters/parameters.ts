import { UserError } from '@distillery/tensor';
import { showTable } from '../display/show-table';
import { checkOf, fromText, type KnownParameters, type Limits, type Value } from './known';

/** Where the runner leaves what `--set` says: a JSON object of texts. */
export const PARAMETERS_VARIABLE = 'DISTILLERY_PARAMETERS';

/** The parameters of a notebook and their defaults: those of `KnownParameters`, and its own. */
export type Declared = Readonly<Partial<KnownParameters> & Record<string, Value>>;

type Widened<V> = V extends number ? number : V extends string ? string : V extends boolean ? boolean : string | null;

type ByName<T, K extends keyof T> = K extends keyof KnownParameters ? KnownParameters[K] : Widened<T[K]>;

/** Their values: of the types that the names have in every notebook, or that the defaults have; where the limits list the values there are, one of those. */
export type Parameters<T, L = object> = {
  -readonly [K in keyof T]: K extends keyof L ? (L[K] extends readonly (infer V)[] ? V : ByName<T, K>) : ByName<T, K>;
};

interface Current {
  readonly defaults: Declared;
  readonly limits: Readonly<Record<string, Limits | undefined>>;
  readonly values: Record<string, Value>;
  readonly origins: Record<string, string>;
}

let current: Current | undefined;
/** Given by papermill before the notebook said which parameters it has. */
let early: Readonly<Record<string, Value>> = {};

/**
 * The notebook's parameters, typed and checked, shown as a table. A value comes from the cell, from `DISTILLERY_TIER` for the tier, or from `--set name=value` of
 * `distillery notebook`; papermill's `-p` puts a cell of its own behind the one with this call, which must be tagged `parameters`. `limits` says which values of a
 * parameter there are, or `{ from, to }`. Throws UserError for one that is unknown or has a value that it cannot have.
 */
export function parameters<T extends Declared, const L extends { readonly [K in keyof T]?: Limits } = object>(
  defaults: T,
  limits?: L,
): Parameters<T, L> {
  const values = { ...defaults } as Record<string, Value>;
  current = { defaults, limits: limits ?? {}, values, origins: {} };
  const { DISTILLERY_TIER: tier } = process.env;
  if ('tier' in defaults && tier !== undefined && tier !== '') give(current, { tier }, 'DISTILLERY_TIER');
  give(current, fromSet(defaults), '--set');
  give(current, early, 'papermill');
  early = {};
  give(current, values);
  show(current);
  return values as Parameters<T, L>;
}

/** Values that papermill passes. Throws UserError as `parameters` does. */
export function givenParameters<T extends Readonly<Record<string, Value>>>(given: T): Parameters<T> {
  if (current) {
    give(current, given, 'papermill');
    show(current);
  } else early = given;
  return given as unknown as Parameters<T>;
}

function give({ defaults, limits, values, origins }: Current, given: Readonly<Record<string, Value>>, from?: string): void {
  for (const [name, value] of Object.entries(given)) {
    const initial = defaults[name];
    if (initial === undefined) throw new UserError(`parameter '${name}': unknown, expected ${Object.keys(defaults).join(', ')}`);
    const expected = checkOf(name, initial, limits[name])(value);
    if (expected !== null) throw new UserError(`parameter '${name}': ${JSON.stringify(value)}, expected ${expected}`);
    values[name] = value;
    if (from !== undefined) origins[name] = from;
  }
}

function fromSet(defaults: Declared): Record<string, Value> {
  const texts = JSON.parse(process.env[PARAMETERS_VARIABLE] ?? '{}') as Record<string, string>;
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fromText(text, defaults[name] ?? null)]));
}

function show({ values, origins }: Current): void {
  showTable(
    Object.entries(values).map(([parameter, value]) => ({
      parameter,
      value: value === null ? 'none' : String(value),
      from: origins[parameter] ?? 'this notebook',
    })),
  );
}
