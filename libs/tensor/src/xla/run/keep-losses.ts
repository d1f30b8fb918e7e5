import type { Builder } from '../../compile/graph/builder';
import type { Value } from '../../compile/graph/value';
import type { NamedValue } from '../../compile/record/record';

/** Losses kept on the device, so that nobody waits for them after every step. */
export interface KeptLosses {
  /** What goes in: the losses of the last steps, `[steps, losses]`, and the row that the next ones go to. */
  readonly inputs: readonly NamedValue[];
  /** The same after a step. */
  readonly updates: readonly NamedValue[];
}

export const KEPT_LOSSES = 'in/losses';
export const NEXT_ROW = 'in/next-row';

/** Writes `losses` of a step to a row of an array of `steps` rows, one after the other and from the first again. */
export function keepLosses(builder: Builder, losses: readonly Value[], steps: number): KeptLosses {
  if (losses.length === 0) return { inputs: [], updates: [] };
  const kept = builder.input(KEPT_LOSSES, 'float32', [steps, losses.length]);
  const row = builder.input(NEXT_ROW, 'int32', []);
  const rows = builder.constant(
    Int32Array.from({ length: steps }, (_, i) => i),
    'int32',
    [steps, 1],
  );
  const isRow = builder.elementwise('Equal', [rows, row], 'bool');
  const values = builder.concat(
    losses.map((loss) => builder.reshape(loss, [1, 1])),
    1,
  );
  const next = builder.elementwise('Add', [row, builder.scalar(1, 'int32')]);
  const isBehind = builder.elementwise('GreaterOrEqual', [next, builder.scalar(steps, 'int32')], 'bool');
  return {
    inputs: [
      { name: KEPT_LOSSES, value: kept },
      { name: NEXT_ROW, value: row },
    ],
    updates: [
      { name: KEPT_LOSSES, value: builder.elementwise('Where', [isRow, values, kept], 'float32') },
      { name: NEXT_ROW, value: builder.elementwise('Where', [isBehind, builder.scalar(0, 'int32'), next], 'int32') },
    ],
  };
}
