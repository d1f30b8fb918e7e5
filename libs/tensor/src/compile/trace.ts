import type { Builder } from './graph/builder';
import type { Value } from './graph/value';
import { optimise } from './passes/optimise';
import { record, type NamedValue } from './record/record';
import type { Tree } from './tree';

/** A function after recording and optimisation, not yet lowered. */
export interface Traced {
  readonly builder: Builder;
  readonly inputs: readonly NamedValue[];
  readonly outputs: readonly NamedValue[];
  /** What the function returned, each tensor replaced by an OutputIndex. */
  readonly result: Tree;
}

/** Records `f` on stand-ins for the tensors of `args` and optimises what was recorded. Throws UnsupportedOperation. */
export function trace(f: (...args: never[]) => Tree, args: readonly Tree[]): Traced {
  const { builder, inputs, outputs, result } = record(f, args);
  const values = optimise(
    outputs.map(({ value }) => value),
    builder,
  );
  return { builder, inputs, outputs: outputs.map(({ name }, i) => ({ name, value: values[i] as Value })), result };
}
