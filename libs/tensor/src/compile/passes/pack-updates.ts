import type { Builder } from '../graph/builder';
import { isElementwise } from '../graph/operations';
import { isNode, reachable, sameShape, sizeOf, type NodeValue, type Value } from '../graph/value';
import type { NamedValue } from '../record/record';

/** Arrays of a state that lie end to end in one. */
export interface Pack {
  readonly name: string;
  /** Names of the arrays, in the order in which they lie. */
  readonly members: readonly string[];
}

export interface PackedUpdates {
  readonly packs: readonly Pack[];
  /** Every pack before the step, by its name. */
  readonly before: readonly NamedValue[];
  /** After the step: the packs that change, and the arrays that were not packed. */
  readonly after: readonly NamedValue[];
}

/**
 * Finds arrays of the state that are updated alike, element by element, and updates all of them at once. An optimiser has a dozen short operations for
 * every parameter; packed, it has a dozen in all. `before` and `after` are the state by the same names; `others` is what the step yields beside it.
 */
export function packUpdates(
  before: readonly NamedValue[],
  after: readonly NamedValue[],
  others: readonly Value[],
  builder: Builder,
): PackedUpdates {
  const alike = new Map<string, Unit[]>();
  for (const unit of units(before, after, others)) alike.set(unit.signature, [...(alike.get(unit.signature) ?? []), unit]);
  const packed = [...alike.values()].filter((group) => group.length > 1).map((group, i) => packedGroup(group, i, builder));
  const moved = new Set(packed.flatMap(({ members }) => members));
  return {
    packs: packed.flatMap(({ packs }) => packs),
    before: packed.flatMap(({ inputs }) => inputs),
    after: [...after.filter(({ name }) => !moved.has(name)), ...packed.flatMap(({ outputs }) => outputs)],
  };
}

/** Arrays that are computed from each other and the same gradient: a parameter and its moments. */
interface Unit {
  readonly shape: readonly number[];
  /** What it computes, its states and gradients numbered: units of one signature differ in nothing else. */
  readonly signature: string;
  readonly states: readonly NamedValue[];
  readonly gradients: readonly Value[];
  readonly outputs: readonly NamedValue[];
}

function packedGroup(group: readonly Unit[], number: number, builder: Builder) {
  const [first] = group as readonly [Unit, ...Unit[]];
  const size = group.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const packs = first.states.map((_, i) => ({
    name: `in/packed/${number}.${i}`,
    members: group.map(({ states }) => (states[i] as NamedValue).name),
  }));
  const inputs = packs.map(({ name }) => ({ name, value: builder.input(name, 'float32', [size]) }));
  const flat = (unit: Unit, i: number): Value => builder.reshape(unit.gradients[i] as Value, [sizeOf(unit.shape)]);
  const values = new Map<Value, Value>([
    ...first.states.map(({ value }, i): [Value, Value] => [value, (inputs[i] as NamedValue).value]),
    ...first.gradients.map((value, i): [Value, Value] => [
      value,
      builder.concat(
        group.map((unit) => flat(unit, i)),
        0,
      ),
    ]),
  ]);
  const outputs = first.outputs.map(({ name, value }) => {
    const pack = packs.find(({ members }) => members[0] === name) as Pack;
    return { name: pack.name, value: computedOn(values, value, first.shape, [size], builder) };
  });
  return { packs, inputs, outputs, members: group.flatMap((unit) => unit.outputs.map(({ name }) => name)) };
}

/** `value`, of `shape`, computed from other leaves of another shape. */
function computedOn(
  leaves: ReadonlyMap<Value, Value>,
  value: Value,
  shape: readonly number[],
  size: readonly number[],
  builder: Builder,
): Value {
  const leaf = leaves.get(value);
  if (leaf) return leaf;
  const { op, operands, attrs } = (value as NodeValue).source;
  const computed = operands.map((x) => {
    if (sameShape(x.shape, shape)) return computedOn(leaves, x, shape, size, builder);
    return x.shape.length > 0 ? builder.reshape(x, []) : x;
  });
  return builder.node(op, computed, size, attrs, value.type);
}

function units(before: readonly NamedValue[], after: readonly NamedValue[], others: readonly Value[]): Unit[] {
  const states = new Map(before.map((state) => [state.value, state]));
  const leaves = new Set<Value>();
  const roots = [...after.map(({ value }) => value), ...others];
  const users = usersOf(roots);
  for (;;) {
    const found = after.flatMap((output) => coneOf(output, states, leaves));
    const inside = new Set(found.flatMap((cone) => [...cone.inside]));
    // A value that is needed elsewhere must exist on its own: it becomes a leaf, from which others are computed, and is not packed.
    const needed = [...inside].filter((value) => others.includes(value) || (users.get(value) ?? []).some((user) => !inside.has(user)));
    if (needed.length === 0) return joined(found, states, leaves);
    needed.forEach((value) => leaves.add(value));
  }
}

/** What an output is computed from, element by element. */
interface Cone {
  readonly output: NamedValue;
  readonly inside: ReadonlySet<Value>;
  readonly states: readonly NamedValue[];
  readonly gradients: readonly Value[];
  readonly form: string;
}

function coneOf(output: NamedValue, states: ReadonlyMap<Value, NamedValue>, leaves: ReadonlySet<Value>): Cone[] {
  const walk = walker(output.value.shape, states, leaves);
  const form = walk.form(output.value);
  const cone = {
    output,
    inside: walk.inside,
    states: [...walk.states].map((x) => states.get(x) as NamedValue),
    gradients: [...walk.gradients],
    form,
  };
  const isUpdate = walk.inside.has(output.value) && cone.gradients.length > 0 && output.value.shape.length > 0;
  const isFloat = [...cone.states, output].every(({ value }) => value.type === 'float32');
  return isUpdate && isFloat && cone.states.some(({ name }) => name === output.name) ? [cone] : [];
}

/** Writes out what values of one shape are computed from: everything numbered in the order in which it is met, except shared numbers of one element. */
function walker(shape: readonly number[], states: ReadonlyMap<Value, NamedValue>, leaves: ReadonlySet<Value>) {
  const [inside, met, gradients] = [new Set<Value>(), new Set<Value>(), new Set<Value>()];
  const numberIn = (set: Set<Value>, value: Value): number => [...set.add(value)].indexOf(value);
  const isInside = (value: Value): value is NodeValue =>
    isNode(value) &&
    isElementwise(value.source.op) &&
    !leaves.has(value) &&
    value.source.operands.every((x) => sameShape(x.shape, shape) || sizeOf(x.shape) === 1);
  const form = (value: Value): string => {
    if (!sameShape(value.shape, shape)) return `number ${value.id}`;
    if (states.has(value)) return `state ${numberIn(met, value)}`;
    if (!isInside(value)) return `gradient ${numberIn(gradients, value)} ${value.type}`;
    if (inside.has(value)) return `value ${numberIn(inside, value)}`;
    const { op, attrs, operands } = value.source;
    return `value ${numberIn(inside, value)} = ${op} ${JSON.stringify(attrs)} (${operands.map(form).join(', ')})`;
  };
  return { form, inside, states: met, gradients };
}

/** Cones that share their first gradient, as one unit; none that shares a state with another. */
function joined(cones: readonly Cone[], states: ReadonlyMap<Value, NamedValue>, leaves: ReadonlySet<Value>): Unit[] {
  const together = new Map<Value, Cone[]>();
  for (const cone of cones) {
    const [gradient] = cone.gradients as [Value];
    together.set(gradient, [...(together.get(gradient) ?? []), cone]);
  }
  const found = [...together.values()].map((group): Unit => {
    const outputs = group.sort((a, b) => (a.form < b.form ? -1 : Number(a.form > b.form))).map(({ output }) => output);
    const { shape } = (outputs[0] as NamedValue).value;
    const walk = walker(shape, states, leaves);
    const forms = outputs.map(({ name, value }) => {
      const written = walk.form(value);
      return `${[...walk.states].findIndex((x) => states.get(x)?.name === name)} = ${written}`;
    });
    return {
      shape,
      signature: forms.join('; '),
      states: [...walk.states].map((x) => states.get(x) as NamedValue),
      gradients: [...walk.gradients],
      outputs,
    };
  });
  const count = new Map<string, number>();
  for (const unit of found) for (const { name } of unit.states) count.set(name, (count.get(name) ?? 0) + 1);
  return found.filter((unit) => unit.states.every(({ name }) => count.get(name) === 1));
}

function usersOf(roots: readonly Value[]): ReadonlyMap<Value, Value[]> {
  const users = new Map<Value, Value[]>();
  for (const value of reachable(roots)) {
    if (!isNode(value)) continue;
    for (const x of value.source.operands) users.set(x, [...(users.get(x) ?? []), value]);
  }
  return users;
}
