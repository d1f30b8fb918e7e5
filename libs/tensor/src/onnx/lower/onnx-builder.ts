import { sizeOf, type ElementType } from '../../compile/graph/value';
import { natural } from './layout';
import { FUSED_DOMAIN, type OnnxAttribute, type OnnxInitializer, type OnnxNode } from './model';
import type { Target } from './target';

/** Numbers in an array, 1 MiB, from which it is worth leaving it out of onnxruntime's plan, which takes the longer to make the more is left out. */
const LEAST_UNPLANNED = 2 ** 18;

/** The ONNX graph under construction. */
export class OnnxBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxInitializer[] = [];
  private readonly shared = new Map<string, readonly string[]>();

  constructor(readonly target: Target) {}

  /** Adds a node with one output; the same node on the same inputs is added once. */
  emit(op: string, inputs: readonly string[], attrs: Readonly<Record<string, OnnxAttribute>> = {}, domain = ''): string {
    return this.emitAll(op, inputs, 1, attrs, domain)[0] as string;
  }

  emitAll(
    op: string,
    inputs: readonly string[],
    outputs: number,
    attrs: Readonly<Record<string, OnnxAttribute>> = {},
    domain = '',
  ): readonly string[] {
    const key = JSON.stringify([op, inputs, outputs, attrs, domain]);
    let names = this.shared.get(key);
    if (!names) {
      const id = this.nodes.length;
      names = Array.from({ length: outputs }, (_, i) => (i === 0 ? `v${id}` : `v${id}_${i}`));
      this.nodes.push({ op, domain, inputs, outputs: names, attrs });
      this.shared.set(key, names);
    }
    return names;
  }

  constant(initializer: Omit<OnnxInitializer, 'name'>): string {
    const name = `c${this.initializers.length}`;
    this.initializers.push({ name, ...initializer });
    return name;
  }

  /** A constant made once for every `key`. */
  sharedConstant(key: string, make: () => Omit<OnnxInitializer, 'name'>): string {
    const names = this.shared.get(key) ?? [this.constant(make())];
    this.shared.set(key, names);
    return names[0] as string;
  }

  /** A vector of integers, as ONNX wants shapes and axes. */
  integers(values: readonly number[], kind: Pick<OnnxInitializer, 'fed'> = {}): string {
    return this.sharedConstant(`integers ${kind.fed ?? false} ${values.join()}`, () => ({
      type: 'int64',
      shape: [values.length],
      data: BigInt64Array.from(values, BigInt),
      ...kind,
    }));
  }

  float(value: number): string {
    return this.floats([value], []);
  }

  /** A small array of numbers, made once. */
  floats(values: readonly number[], shape: readonly number[]): string {
    return this.sharedConstant(`floats ${shape.join()} ${values.join()}`, () => ({
      type: 'float32',
      shape,
      data: Float32Array.from(values),
    }));
  }

  /** Positions to gather from, made once for every `key`. */
  positions(key: string, make: () => Int32Array): string {
    return this.sharedConstant(`positions ${key}`, () => {
      const data = make();
      return { type: 'int32', shape: [data.length], data };
    });
  }

  zeros(type: ElementType, shape: readonly number[]): string {
    const make = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[type];
    return this.sharedConstant(`zeros ${type} ${shape.join()}`, () => ({ type, shape, data: new make(sizeOf(shape)) }));
  }

  reshape(name: string, shape: readonly number[]): string {
    return this.emit('Reshape', [name, this.integers(shape)]);
  }

  /**
   * A reshape whose result has a shape that onnxruntime does not know beforehand. Of every shape it knows it sets buffers aside, from the first use in a
   * run to the last; where it knows none, memory is taken when needed and given back at once, to be used again while it is in the cache.
   */
  reshapeUnplanned(name: string, shape: readonly number[]): string {
    return this.emit('Reshape', [name, this.integers(shape, sizeOf(shape) < LEAST_UNPLANNED ? {} : { fed: true })]);
  }

  transpose(name: string, perm: readonly number[]): string {
    return perm.every((axis, i) => axis === i) ? name : this.emit('Transpose', [name], { perm });
  }

  /** A product of stacks of matrices, either of which may have to be read with its last two axes exchanged. */
  matMul(a: string, b: string, exchanged: { readonly a?: boolean; readonly b?: boolean; readonly rank: number }): string {
    if (!exchanged.a && !exchanged.b) return this.emit('MatMul', [a, b]);
    if (this.target.block > 0)
      return this.emit('FusedMatMul', [a, b], { transA: Number(!!exchanged.a), transB: Number(!!exchanged.b) }, FUSED_DOMAIN);
    const axes = natural(exchanged.rank);
    const order = [...axes.slice(0, -2), exchanged.rank - 1, exchanged.rank - 2];
    return this.emit('MatMul', [exchanged.a ? this.transpose(a, order) : a, exchanged.b ? this.transpose(b, order) : b]);
  }

  cast(name: string, type: ElementType | 'int64'): string {
    return this.emit('Cast', [name], { to: { float32: 1, int32: 6, int64: 7, bool: 9 }[type] });
  }
}
