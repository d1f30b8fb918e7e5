import type { Builder } from './builder';
import { reachable, type NodeValue, type Value } from './value';

/** Looks at one operation, whose operands are already rewritten; returns what to compute instead, or null to leave it. */
export type Rule = (value: NodeValue, context: RuleContext) => Value | null;

export interface RuleContext {
  readonly builder: Builder;
  /** How often the operand was used in the graph before the rewrite, as an operand or an output; 1 for values made by a rule. */
  uses(value: Value): number;
}

/**
 * `outputs` recomputed with every rule applied to every operation, operands first, until none applies. `given` are values that others take the place of, as they
 * are.
 */
export function rewrite(
  outputs: readonly Value[],
  builder: Builder,
  rules: readonly Rule[],
  given: ReadonlyMap<Value, Value> = new Map(),
): Value[] {
  const values = reachable(outputs);
  const uses = new Map<Value, number>();
  const use = (value: Value): void => void uses.set(value, (uses.get(value) ?? 0) + 1);
  outputs.forEach(use);
  for (const { source } of values) if (source.kind === 'node') source.operands.forEach(use);

  const rewritten = new Map<Value, Value>();
  const usesAfter = new Map<Value, number>();
  const context: RuleContext = { builder, uses: (value) => usesAfter.get(value) ?? 1 };
  for (const value of values) {
    const result = given.get(value) ?? apply(rebuilt(value, rewritten, builder), rules, context);
    rewritten.set(value, result);
    usesAfter.set(result, (usesAfter.get(result) ?? 0) + (uses.get(value) ?? 0));
  }
  return outputs.map((output) => rewritten.get(output) as Value);
}

function rebuilt(value: Value, rewritten: ReadonlyMap<Value, Value>, builder: Builder): Value {
  if (value.source.kind !== 'node') return value;
  const { op, operands, attrs } = value.source;
  const changed = operands.map((x) => rewritten.get(x) as Value);
  return changed.every((x, i) => x === operands[i]) ? value : builder.node(op, changed, value.shape, attrs, value.type);
}

function apply(value: Value, rules: readonly Rule[], context: RuleContext): Value {
  let current = value;
  for (let changed = true; changed;) {
    changed = false;
    for (const rule of rules) {
      if (current.source.kind !== 'node') return current;
      const next = rule(current as NodeValue, context);
      if (next && next !== current) {
        current = next;
        changed = true;
      }
    }
  }
  return current;
}
