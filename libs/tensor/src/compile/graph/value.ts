/** Element types that a traced step may use. */
export type ElementType = 'float32' | 'int32' | 'bool';

/** Values of a constant, in tfjs' representation: booleans are bytes. */
export type Data = Float32Array | Int32Array | Uint8Array;

export type Attrs = Readonly<Record<string, number | string | boolean | readonly number[] | null>>;

/**
 * A value of the traced computation; the graph is the values themselves, linked to what they are computed from. Shapes are logical: images are
 * NHWC and kernels HWIO, as the step wrote them. Memory layout is chosen when the graph is lowered.
 */
export interface Value {
  /** Unique within a builder, and larger than the ids of the operands. */
  readonly id: number;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly source: Source;
}

export type Source = InputSource | ConstantSource | NodeSource;
export interface InputSource {
  readonly kind: 'input';
  readonly name: string;
}
export interface ConstantSource {
  readonly kind: 'constant';
  readonly data: Data;
}
/** An operation: named as in ONNX where ONNX has it; every operation yields one value. */
export interface NodeSource {
  readonly kind: 'node';
  readonly op: string;
  readonly operands: readonly Value[];
  readonly attrs: Attrs;
}

/** A value that an operation computes. */
export type NodeValue = Value & { readonly source: NodeSource };

export function isNode(value: Value, op?: string): value is NodeValue {
  return value.source.kind === 'node' && (op === undefined || value.source.op === op);
}

export function isConstant(value: Value): value is Value & { readonly source: ConstantSource } {
  return value.source.kind === 'constant';
}

/** The i-th operand. Throws if there is none. */
export function operand(value: NodeValue, i: number): Value {
  const found = value.source.operands[i];
  if (!found) throw new Error(`${value.source.op} has no operand ${i}`);
  return found;
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

/** Values in an order in which operands come before what is computed from them: everything `outputs` depend on and nothing else. */
export function reachable(outputs: readonly Value[]): Value[] {
  const seen = new Set<Value>();
  const stack = [...outputs];
  for (let value = stack.pop(); value; value = stack.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    if (value.source.kind === 'node') stack.push(...value.source.operands);
  }
  return [...seen].sort((a, b) => a.id - b.id);
}
