import type { Builder } from './graph/builder';
import { packUpdates, type Pack } from './passes/pack-updates';
import type { NamedValue } from './record/record';
import type { Traced } from './trace';

/** A recorded training step, taken apart: state, batch, what changes and what is reported. */
export interface StepProgram {
  readonly builder: Builder;
  /** The arrays of the state, `in/0/<path>`. */
  readonly state: readonly NamedValue[];
  /** The arrays of a batch, `in/1/<path>`. */
  readonly batch: readonly NamedValue[];
  /** The new value of every array of the state that changes, by its name. What is handed through, such as a frozen teacher, is left out. */
  readonly updates: readonly NamedValue[];
  /** By the loss' own name. */
  readonly losses: readonly NamedValue[];
}

/** Throws Error if the state that the step returns is shaped unlike the one it takes. */
export function stepProgram({ builder, inputs, outputs }: Traced): StepProgram {
  const state = inputs.filter(({ name }) => name.startsWith('in/0/'));
  const after = named(outputs, 'out/state/').map(({ name, value }) => ({ name: `in/0/${name}`, value }));
  checkState(state, after);
  return {
    builder,
    state,
    batch: inputs.filter(({ name }) => name.startsWith('in/1/')),
    updates: after.filter(({ name, value }) => value.source.kind !== 'input' || value.source.name !== name),
    losses: named(outputs, 'out/losses/'),
  };
}

/** The same step with arrays that are updated alike packed into one. */
export interface PackedStep {
  readonly packs: readonly Pack[];
  /** The packs themselves before the step. */
  readonly packed: readonly NamedValue[];
  readonly updates: readonly NamedValue[];
}

export function packedStep({ builder, state, updates, losses }: StepProgram): PackedStep {
  const { packs, before, after } = packUpdates(
    state,
    updates,
    losses.map(({ value }) => value),
    builder,
  );
  return { packs, packed: before, updates: after };
}

function named(values: readonly NamedValue[], prefix: string): NamedValue[] {
  return values.filter(({ name }) => name.startsWith(prefix)).map(({ name, value }) => ({ name: name.slice(prefix.length), value }));
}

function checkState(before: readonly NamedValue[], after: readonly NamedValue[]): void {
  const describe = (values: readonly NamedValue[]): string =>
    values
      .map(({ name, value }) => `${name.slice('in/0/'.length)} ${value.type} [${value.shape.join(', ')}]`)
      .sort()
      .join('; ');
  const [taken, returned] = [describe(before), describe(after)];
  if (taken !== returned) throw new Error(`the step takes a state of ${taken}, but returns one of ${returned}`);
}
