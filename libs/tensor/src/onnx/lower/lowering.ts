import { sizeOf, type ElementType, type Value } from '../graph/value';
import { change, isNatural, layoutKey, natural, NCHW, permuted, sameMemory, type Layout } from './layout';
import { BLOCKED_DOMAIN, FUSED_DOMAIN, type OnnxAttribute, type OnnxInitializer, type OnnxNode } from './model';
import { fromPolyphase, toPolyphase } from './polyphase';
import type { Target } from './target';

/** A lowered value: the name of an ONNX tensor and how it lies in memory. */
export interface Placed {
  readonly name: string;
  readonly layout: Layout;
}

/** Numbers in an array, 1 MiB, from which it is worth leaving it out of onnxruntime's plan, which takes the longer to make the more is left out. */
const LEAST_UNPLANNED = 2 ** 18;

/** The ONNX graph under construction, and where in it each value of the traced graph is, in which layouts. */
export class Lowering {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxInitializer[] = [];
  private readonly homes = new Map<Value, Placed>();
  private readonly names = new Map<Value, Map<string, string>>();
  private readonly shared = new Map<string, readonly string[]>();

  /**
   * @param trained images that gradients of kernels are computed from: convolved ones, and their convolutions' gradients.
   */
  constructor(
    readonly target: Target,
    readonly trained: ReadonlySet<Value>,
  ) {}

  place(value: Value, placed: Placed): void {
    this.homes.set(value, placed);
    this.names.set(value, new Map([[layoutKey(placed.layout), placed.name]]));
  }

  /** The layout in which `value` was computed. */
  home(value: Value): Layout {
    return this.placed(value).layout;
  }

  /** The tensor that holds `value` in `layout`; converted once, then shared. */
  get(value: Value, layout: Layout): string {
    const names = this.names.get(value) as Map<string, string>;
    const key = layoutKey(layout);
    let name = names.get(key);
    if (name === undefined) {
      name = this.convert(value, this.placed(value), layout);
      names.set(key, name);
    }
    return name;
  }

  natural(value: Value): string {
    return this.get(value, natural(value.shape.length));
  }

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

  /** Whether images of this shape can be blocked on this machine. */
  canBlock(shape: readonly number[]): boolean {
    return this.target.block > 0 && shape.length === 4 && (shape[3] as number) % this.target.block === 0;
  }

  /** `[n, c / block, h, w, block]` */
  blockedShape(shape: readonly number[]): number[] {
    const [n, h, w, c] = shape as [number, number, number, number];
    return [n, c / this.target.block, h, w, this.target.block];
  }

  /** A blocked image as the five-dimensional array it is. Its operations see it as `[n, c, h, w]`. */
  fiveAxes(value: Value): string {
    return this.reshape(this.get(value, 'blocked'), this.blockedShape(value.shape));
  }

  /** Inverse of `fiveAxes`. */
  fourAxes(name: string, shape: readonly number[]): string {
    return this.reshape(name, permuted(shape, NCHW as number[]));
  }

  private placed(value: Value): Placed {
    const placed = this.homes.get(value);
    if (!placed) throw new Error(`value ${value.id} is used before it is lowered`);
    return placed;
  }

  private convert(value: Value, { name, layout }: Placed, to: Layout): string {
    const { shape } = value;
    if (to === 'polyphase') return toPolyphase(this, this.natural(value), shape, value.type);
    if (layout === 'polyphase') {
      if (isNatural(to)) return fromPolyphase(this, name, shape);
      return this.convert(value, { name: this.natural(value), layout: natural(4) }, to);
    }
    if (layout !== 'blocked' && to !== 'blocked') {
      // Portable graphs may have to serve other sizes, which a transposition does and a reshape, with its sizes written out, does not.
      if (this.target.block > 0 && sameMemory(shape, layout, to)) return this.reshape(name, permuted(shape, to));
      return this.transpose(name, change(layout, to));
    }
    if (value.type !== 'float32') return this.convertBytes(value, to);
    if (to === 'blocked') {
      if (isNatural(layout)) return this.emit('ReorderInput', [name], { channels_last: 1 }, BLOCKED_DOMAIN);
      return this.emit('ReorderInput', [this.get(value, NCHW)], {}, BLOCKED_DOMAIN);
    }
    const channels = shape[3] as number;
    if (isNatural(to)) return this.emit('ReorderOutput', [name], { channels, channels_last: 1 }, BLOCKED_DOMAIN);
    if (layoutKey(to) === layoutKey(NCHW)) return this.emit('ReorderOutput', [name], { channels }, BLOCKED_DOMAIN);
    return this.transpose(this.get(value, NCHW), change(NCHW as number[], to));
  }

  /** To and from blocks for masks and integers, for which there are no fast operations. */
  private convertBytes(value: Value, to: Exclude<Layout, 'polyphase'>): string {
    const [n, h, w, c] = value.shape as [number, number, number, number];
    if (to === 'blocked') {
      const split = this.reshape(this.natural(value), [n, h, w, c / this.target.block, this.target.block]);
      return this.fourAxes(this.transpose(split, [0, 3, 1, 2, 4]), value.shape);
    }
    const last = this.reshape(this.transpose(this.fiveAxes(value), [0, 2, 3, 1, 4]), value.shape);
    return this.transpose(last, to);
  }
}

/** Whether the operand is as large as the result: not broadcast. */
export function isFull(operand: Value, result: Value): boolean {
  return sizeOf(operand.shape) === sizeOf(result.shape) && operand.shape.length === result.shape.length;
}
