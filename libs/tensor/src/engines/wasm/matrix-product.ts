import { countDown, f32x4, i32, increase, wasmFunction, type Code, type Local, type WasmFunction } from './assembler';

/**
 * Matrix products of float32, four rows by two panels (or one) at a time: eight accumulators, one row of the right factor and
 * one broadcast element fit the sixteen vector registers of x86-64. A panel is four adjacent columns. All strides are in bytes.
 */

/** Adds up products of the elements at `left` (one per row) and the vectors at `right` (one per panel), `advance`d `k` times. */
function accumulate(
  sums: readonly Local[][],
  k: Local,
  broadcast: Local,
  columns: readonly Local[],
  left: readonly Code[],
  right: readonly Code[],
  advance: readonly Code[],
): Code[] {
  return [
    ...sums.flat().map((sum) => sum.set(f32x4.const(0))),
    countDown(k, [
      ...columns.map((column, j) => column.set(right[j] as Code)),
      ...sums.flatMap((row, i) => [
        broadcast.set(left[i] as Code),
        ...row.map((sum, j) => sum.set(f32x4.add(sum.get, f32x4.mul(broadcast.get, (columns[j] as Local).get)))),
      ]),
      ...advance,
    ]),
  ];
}

const ROWS = 4;
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/**
 * c[r, 4 p + l] = sum over i < depth of a[r, i] b[p, i, l], r < 4 `tiles`, p < `panels` times `groups`. Rows of a are `aRow` apart, of c
 * `cRow`; the panels of b, each `[depth, 4]` without gaps, `bPanel`.
 */
export function rowsTimesPanels(panels: 1 | 2): WasmFunction {
  return wasmFunction(['a', 'aRow', 'b', 'bPanel', 'c', 'cRow', 'tiles', 'depth', 'groups'], (p, make) => {
    const sums = range(ROWS).map(() => range(panels).map(() => make.v128()));
    const columns = range(panels).map(() => make.v128());
    const broadcast = make.v128();
    const rows = range(ROWS).map(() => make.i32());
    const panel = range(panels).map(() => make.i32());
    const [aTile, cTile, cRow, tiles, k] = [make.i32(), make.i32(), make.i32(), make.i32(), make.i32()];
    return [
      countDown(p.groups, [
        aTile.set(p.a.get),
        cTile.set(p.c.get),
        tiles.set(p.tiles.get),
        countDown(tiles, [
          ...rows.map((row, i) => row.set(i === 0 ? aTile.get : i32.add((rows[i - 1] as Local).get, p.aRow.get))),
          ...panel.map((column, j) => column.set(j === 0 ? p.b.get : i32.add((panel[j - 1] as Local).get, p.bPanel.get))),
          k.set(p.depth.get),
          ...accumulate(
            sums,
            k,
            broadcast,
            columns,
            rows.map((row) => f32x4.loadSplat(row.get)),
            panel.map((column) => f32x4.load(column.get)),
            [...rows.map((row) => increase(row, 4)), ...panel.map((column) => increase(column, 16))],
          ),
          cRow.set(cTile.get),
          ...sums.flatMap((row) => [...row.map((sum, j) => f32x4.store(cRow.get, sum.get, 16 * j)), increase(cRow, p.cRow)]),
          cTile.set(cRow.get),
          aTile.set(i32.add(aTile.get, i32.mul(p.aRow.get, i32.const(ROWS)))),
        ]),
        increase(p.c, 16 * panels),
        ...range(panels).map(() => increase(p.b, p.bPanel)),
      ]),
    ];
  });
}

/**
 * c[4 t + r, 4 p + l] += sum over i < depth of a[t, i, r] b[p, i, l], t < `tiles`, p < `panels` times `groups`: the transpose of a times
 * b. Consecutive i are `aStep` and `bStep` apart, consecutive t and p `aTile` and `bPanel`, rows of c `cRow`.
 */
export function transposedTimesPanels(panels: 1 | 2): WasmFunction {
  return wasmFunction(['a', 'aStep', 'aTile', 'b', 'bStep', 'bPanel', 'c', 'cRow', 'tiles', 'depth', 'groups'], (p, make) => {
    const sums = range(ROWS).map(() => range(panels).map(() => make.v128()));
    const columns = range(panels).map(() => make.v128());
    const broadcast = make.v128();
    const panel = range(panels).map(() => make.i32());
    const [aTile, a, cRow, tiles, k] = [make.i32(), make.i32(), make.i32(), make.i32(), make.i32()];
    return [
      countDown(p.groups, [
        aTile.set(p.a.get),
        cRow.set(p.c.get),
        tiles.set(p.tiles.get),
        countDown(tiles, [
          a.set(aTile.get),
          ...panel.map((column, j) => column.set(j === 0 ? p.b.get : i32.add((panel[j - 1] as Local).get, p.bPanel.get))),
          k.set(p.depth.get),
          ...accumulate(
            sums,
            k,
            broadcast,
            columns,
            range(ROWS).map((i) => f32x4.loadSplat(a.get, 4 * i)),
            panel.map((column) => f32x4.load(column.get)),
            [increase(a, p.aStep), ...panel.map((column) => increase(column, p.bStep))],
          ),
          ...sums.flatMap((row) => [
            ...row.map((sum, j) => f32x4.store(cRow.get, f32x4.add(f32x4.load(cRow.get, 16 * j), sum.get), 16 * j)),
            increase(cRow, p.cRow),
          ]),
          increase(aTile, p.aTile),
        ]),
        increase(p.c, 16 * panels),
        ...range(panels).map(() => increase(p.b, p.bPanel)),
      ]),
    ];
  });
}
