import type { WasmHeap } from './module';

/** Bytes of four floats: of one row of a panel, and between the columns of adjacent panels in a row-major matrix. */
export const PANEL_BYTES = 16;

/** Addresses and strides in bytes; `tiles` counts groups of four rows of the result, `panels` groups of four of its columns. */
interface Product {
  readonly a: number;
  readonly b: number;
  /** From one panel of b to the next. */
  readonly bPanel: number;
  readonly c: number;
  /** From one row of c to the next. */
  readonly cRow: number;
  readonly tiles: number;
  readonly depth: number;
  readonly panels: number;
}

/** c = a b, rows of a `aRow` apart, each panel of b `[depth, 4]` without gaps. */
export function multiply({ routines }: WasmHeap, { a, aRow, b, bPanel, c, cRow, tiles, depth, panels }: Product & { aRow: number }): void {
  const pairs = panels >> 1;
  routines.rowsTimesPanelPairs(a, aRow, b, bPanel, c, cRow, tiles, depth, pairs);
  const done = 2 * pairs;
  routines.rowsTimesPanel(a, aRow, b + done * bPanel, bPanel, c + done * PANEL_BYTES, cRow, tiles, depth, panels - done);
}

/** c += transpose(a) b: element i of a tile of a and of a panel of b lies i `aStep` and i `bStep` on; tiles of a are `aTile` apart. */
export function multiplyTransposed(
  { routines }: WasmHeap,
  { a, aStep, aTile, b, bStep, bPanel, c, cRow, tiles, depth, panels }: Product & { aStep: number; aTile: number; bStep: number },
): void {
  const pairs = panels >> 1;
  routines.transposedTimesPanelPairs(a, aStep, aTile, b, bStep, bPanel, c, cRow, tiles, depth, pairs);
  const done = 2 * pairs;
  routines.transposedTimesPanel(a, aStep, aTile, b + done * bPanel, bStep, bPanel, c + done * PANEL_BYTES, cRow, tiles, depth, panels - done); // prettier-ignore
}
