import { sizeOf, type Value } from '../../compile/graph/value';
import { change, isNatural, layoutKey, natural, NCHW, permuted, sameMemory, type Layout } from './layout';
import { BLOCKED_DOMAIN } from './model';
import { OnnxBuilder } from './onnx-builder';
import { fromPolyphase, toPolyphase } from './polyphase';
import type { Target } from './target';

/** A lowered value: the name of an ONNX tensor and how it lies in memory. */
export interface Placed {
  readonly name: string;
  readonly layout: Layout;
}

/** The ONNX graph under construction, and where in it each value of the traced graph is, in which layouts. */
export class Lowering extends OnnxBuilder {
  private readonly homes = new Map<Value, Placed>();
  private readonly names = new Map<Value, Map<string, string>>();

  /**
   * @param trained images that gradients of kernels are computed from: convolved ones, and their convolutions' gradients.
   */
  constructor(
    target: Target,
    readonly trained: ReadonlySet<Value>,
  ) {
    super(target);
  }

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
