import { countDown, f32x4, increase, wasmFunction, type Code, type Local, type WasmFunction } from './assembler';

/** sum of coefficients[i] values[i]; null if all coefficients are zero. */
function combination(coefficients: readonly number[], values: readonly (Code | null)[]): Code | null {
  let sum: Code | null = null;
  coefficients.forEach((coefficient, i) => {
    const value = values[i] ?? null;
    if (coefficient === 0 || value === null) return;
    const scaled = Math.abs(coefficient) === 1 ? value : f32x4.mul(value, f32x4.const(Math.abs(coefficient)));
    if (sum === null) sum = coefficient < 0 ? f32x4.neg(scaled) : scaled;
    else sum = coefficient < 0 ? f32x4.sub(sum, scaled) : f32x4.add(sum, scaled);
  });
  return sum;
}

/**
 * y = m x transpose(m) for many small tiles, four channels at once. m is `[r, s]`; element (i, j) of the s x s tile x lies at
 * x + i xRow + j xColumn, of the r x r tile y at y + i yRow + j yColumn. Consecutive tiles are xTile and yTile apart, consecutive
 * groups of four channels 16 in x and yPanel in y. All strides are in bytes.
 */
export function tileTransform(m: readonly (readonly number[])[]): WasmFunction {
  const s = (m[0] as readonly number[]).length;
  const names = ['x', 'xRow', 'xColumn', 'xTile', 'y', 'yRow', 'yColumn', 'yTile', 'yPanel', 'tiles', 'panels'] as const;
  return wasmFunction(names, (p, make) => {
    const input = Array.from({ length: s }, () => Array.from({ length: s }, () => make.v128()));
    const half = m.map(() => Array.from({ length: s }, () => make.v128()));
    const [x, y, row, element, panels] = [make.i32(), make.i32(), make.i32(), make.i32(), make.i32()];
    const walk = (
      start: Local,
      rowStride: Local,
      columnStride: Local,
      rows: number,
      columns: number,
      visit: (i: number, j: number) => Code,
    ): Code[] => [
      row.set(start.get),
      ...Array.from({ length: rows }, (_, i) => [
        element.set(row.get),
        ...Array.from({ length: columns }, (__, j) => [visit(i, j), j < columns - 1 ? increase(element, columnStride) : []]).flat(),
        i < rows - 1 ? increase(row, rowStride) : [],
      ]).flat(),
    ];
    return [
      countDown(p.tiles, [
        x.set(p.x.get),
        y.set(p.y.get),
        panels.set(p.panels.get),
        countDown(panels, [
          ...walk(x, p.xRow, p.xColumn, s, s, (i, j) => (input[i]?.[j] as Local).set(f32x4.load(element.get))),
          ...m.flatMap((coefficients, i) =>
            Array.from({ length: s }, (_, j) =>
              (half[i]?.[j] as Local).set(
                combination(
                  coefficients,
                  input.map((line) => (line[j] as Local).get),
                ) as Code,
              ),
            ),
          ),
          ...walk(y, p.yRow, p.yColumn, m.length, m.length, (i, j) =>
            f32x4.store(
              element.get,
              combination(
                m[j] as readonly number[],
                (half[i] as Local[]).map(({ get }) => get),
              ) as Code,
            ),
          ),
          increase(x, 16),
          increase(y, p.yPanel),
        ]),
        increase(p.x, p.xTile),
        increase(p.y, p.yTile),
      ]),
    ];
  });
}
