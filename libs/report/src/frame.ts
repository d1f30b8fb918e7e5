import type { DataFrame } from 'danfojs-node';

export type Cell = string | number | null;
export type DType = 'string' | 'float32' | 'int32';

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
 * danfo.js and the tfjs it pulls in take about a second to load, hence on first use.
 */
export async function frameOf<Row extends { readonly [K in keyof Row]: Cell }>(
  rows: readonly Row[],
  dtypes: Readonly<Record<keyof Row & string, DType>>,
): Promise<Frame<Row>> {
  const danfo = await import('danfojs-node');
  const columns = Object.keys(dtypes) as (keyof Row & string)[];
  const values = rows.map((row) => columns.map((column) => row[column]));
  const dataFrame = new danfo.DataFrame(values, { columns, dtypes: columns.map((column) => dtypes[column]) });
  return {
    dataFrame,
    columns,
    rows: () => (dataFrame.values as Cell[][]).map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i]])) as Row),
  };
}
