import { backend_util } from '@tensorflow/tfjs-core';
import type { Attrs, Data, ElementType, Source, Value } from './value';

/** Constants up to this many elements are compared by value when looking for equal ones. */
const COMPARED_BY_VALUE = 64;

/** Makes the values of one graph. The same operation on the same operands is made once: common subexpressions are shared by construction. */
export class Builder {
  private nextId = 0;
  private readonly known = new Map<string, Value>();
  private readonly dataIds = new Map<Data, number>();

  input(name: string, type: ElementType, shape: readonly number[]): Value {
    return this.add({ kind: 'input', name }, type, shape, `input ${name}`);
  }

  constant(data: Data, type: ElementType, shape: readonly number[]): Value {
    const content =
      data.length <= COMPARED_BY_VALUE ? [...data].map((x) => (Object.is(x, -0) ? '-0' : String(x))).join() : `#${this.dataId(data)}`;
    return this.add({ kind: 'constant', data }, type, shape, `constant ${type} ${shape.join()} ${content}`);
  }

  scalar(value: number, type: ElementType = 'float32'): Value {
    const data = type === 'float32' ? Float32Array.of(value) : type === 'int32' ? Int32Array.of(value) : Uint8Array.of(value);
    return this.constant(data, type, []);
  }

  node(
    op: string,
    operands: readonly Value[],
    shape: readonly number[],
    attrs: Attrs = {},
    type: ElementType = operands[0]?.type ?? 'float32',
  ): Value {
    const key = `${op} ${operands.map(({ id }) => id).join()} ${JSON.stringify(attrs)} ${type} ${shape.join()}`;
    return this.add({ kind: 'node', op, operands, attrs }, type, shape, key);
  }

  /** An operation on corresponding elements, with broadcasting. */
  elementwise(op: string, operands: readonly Value[], type: ElementType = operands[0]?.type ?? 'float32', attrs: Attrs = {}): Value {
    const shape = operands.map((value) => [...value.shape]).reduce((a, b) => backend_util.assertAndGetBroadcastShape(a, b));
    return this.node(op, operands, shape, attrs, type);
  }

  reshape(x: Value, shape: readonly number[]): Value {
    return this.node('Reshape', [x], shape);
  }

  transpose(x: Value, perm: readonly number[]): Value {
    const shape = perm.map((axis) => x.shape[axis] as number);
    return this.node('Transpose', [x], shape, { perm });
  }

  /** Broadcast to `shape`. */
  expand(x: Value, shape: readonly number[]): Value {
    return this.node('Expand', [x], shape);
  }

  /** A reduction over `axes` that keeps them with size 1. */
  reduce(op: string, x: Value, axes: readonly number[]): Value {
    const shape = x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
    return this.node(op, [x], shape, { axes: [...axes].sort((a, b) => a - b) });
  }

  slice(x: Value, begin: readonly number[], size: readonly number[], steps: readonly number[] = begin.map(() => 1)): Value {
    return this.node('Slice', [x], size, { begin, steps });
  }

  concat(xs: readonly Value[], axis: number): Value {
    const [first] = xs;
    if (!first) throw new Error('concat of nothing');
    const length = xs.reduce((sum, x) => sum + (x.shape[axis] as number), 0);
    return this.node(
      'Concat',
      xs,
      first.shape.map((dim, i) => (i === axis ? length : dim)),
      { axis },
    );
  }

  /** The value already made from this operation, if any. */
  find(op: string, operands: readonly Value[], shape: readonly number[], attrs: Attrs, type: ElementType): Value | undefined {
    return this.known.get(`${op} ${operands.map(({ id }) => id).join()} ${JSON.stringify(attrs)} ${type} ${shape.join()}`);
  }

  private dataId(data: Data): number {
    const id = this.dataIds.get(data) ?? this.dataIds.size;
    this.dataIds.set(data, id);
    return id;
  }

  private add(source: Source, type: ElementType, shape: readonly number[], key: string): Value {
    const known = this.known.get(key);
    if (known) return known;
    const value: Value = { id: this.nextId++, type, shape: [...shape], source };
    this.known.set(key, value);
    return value;
  }
}
