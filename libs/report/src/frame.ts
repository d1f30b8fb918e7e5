export type Cell = string | number | null;
export type DType = 'string' | 'float32' | 'int32';

/** What of danfo.js' DataFrame stands here by type; it has all of its methods. */
export interface DataFrame {
  readonly shape: number[];
  readonly columns: string[];
  readonly dtypes: string[];
  readonly values: unknown;
  head(rows?: number): DataFrame;
  print(): void;
  toString(): string;
}

/** A typed view of a danfo.js DataFrame whose rows are flat records. */
export interface Frame<Row> {
  readonly dataFrame: DataFrame;
  readonly columns: readonly (keyof Row & string)[];
  rows(): Row[];
}

/**
 * A danfo.js DataFrame from flat records, columns in the order of `dtypes`. Missing values stay `null`; numbers keep double precision
 * (danfo's `float32` is only a label).
 *
 * danfo.js takes a moment to load, hence on first use. It stands in a bundle, see `bundle.cjs`.
 */
export async function frameOf<Row extends { readonly [K in keyof Row]: Cell }>(
  rows: readonly Row[],
  dtypes: Readonly<Record<keyof Row & string, DType>>,
): Promise<Frame<Row>> {
  const danfo = await import('#danfojs');
  const columns = Object.keys(dtypes) as (keyof Row & string)[];
  const values = rows.map((row) => columns.map((column) => row[column]));
  const dataFrame = new danfo.DataFrame(values, { columns, dtypes: columns.map((column) => dtypes[column]) });
  return {
    dataFrame,
    columns,
    rows: () => (dataFrame.values as Cell[][]).map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i]])) as Row),
  };
}
