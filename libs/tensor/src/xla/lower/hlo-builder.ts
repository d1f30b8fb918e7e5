import { sameShape, type Data, type ElementType } from '../../compile/graph/value';
import type { Precision } from '../../precision';
import { constantText, typeText, type HloType } from './text';

/** A value of a StableHLO function: its name, element type and shape. */
export interface Hlo {
  readonly name: string;
  readonly type: HloType;
  readonly shape: readonly number[];
}

export type Combination = 'add' | 'multiply' | 'maximum' | 'minimum';

/** The body of a StableHLO function under construction. The same operation on the same values is written once. */
export class HloBuilder {
  readonly lines: string[] = [];
  private readonly known = new Map<string, Hlo>();

  constructor(readonly precision: Precision) {}

  /** An operation with one result. Where `text` does not end in its type, `operands` give the types before the arrow. */
  emit(text: string, type: HloType, shape: readonly number[], operands?: readonly Hlo[]): Hlo {
    const result = typeText(type, shape);
    const signature = operands ? `(${operands.map((x) => typeText(x.type, x.shape)).join(', ')}) -> ${result}` : result;
    return this.write(`${text} : ${signature}`, type, shape);
  }

  constant(data: Data, type: ElementType, shape: readonly number[]): Hlo {
    return this.emit(`stablehlo.constant dense<${constantText(data, type, shape)}>`, type, shape);
  }

  scalar(value: number, type: HloType): Hlo {
    if (type === 'bfloat16') return this.convert(this.scalar(value, 'float32'), type);
    return this.constant(type === 'float32' ? Float32Array.of(value) : Int32Array.of(value), type, []);
  }

  /** An array of one number, as large as `like`. */
  filled(value: number, like: Hlo): Hlo {
    return this.broadcast(this.scalar(value, like.type), like.shape);
  }

  /** An operation that takes arrays of one shape and yields another of the type of the first, or `type`. */
  elementwise(op: string, operands: readonly Hlo[], type?: HloType): Hlo {
    const [first] = operands as [Hlo];
    const names = operands.map(({ name }) => name).join(', ');
    const alike = (type ?? first.type) === first.type && operands.every((x) => x.type === first.type);
    return this.emit(`stablehlo.${op} ${names}`, type ?? first.type, first.shape, alike ? undefined : operands);
  }

  compare(direction: 'EQ' | 'NE' | 'GE' | 'GT' | 'LE' | 'LT', a: Hlo, b: Hlo): Hlo {
    const kind = { float32: 'FLOAT', bfloat16: 'FLOAT', int32: 'SIGNED', bool: 'UNSIGNED' }[a.type];
    return this.emit(`stablehlo.compare ${direction}, ${a.name}, ${b.name}, ${kind}`, 'bool', a.shape, [a, b]);
  }

  select(condition: Hlo, a: Hlo, b: Hlo): Hlo {
    const types = `${typeText('bool', condition.shape)}, ${typeText(a.type, a.shape)}`;
    return this.write(`stablehlo.select ${condition.name}, ${a.name}, ${b.name} : ${types}`, a.type, a.shape);
  }

  convert(x: Hlo, type: HloType): Hlo {
    return x.type === type ? x : this.emit(`stablehlo.convert ${x.name}`, type, x.shape, [x]);
  }

  erf(x: Hlo): Hlo {
    const type = typeText(x.type, x.shape);
    return this.write(`chlo.erf ${x.name} : ${type} -> ${type}`, x.type, x.shape);
  }

  /** Numpy's broadcasting: axes are lined up from the last. */
  broadcast(x: Hlo, shape: readonly number[]): Hlo {
    if (sameShape(x.shape, shape)) return x;
    const dims = x.shape.map((_, i) => shape.length - x.shape.length + i);
    return this.emit(`stablehlo.broadcast_in_dim ${x.name}, dims = [${dims.join(', ')}]`, x.type, shape, [x]);
  }

  reshape(x: Hlo, shape: readonly number[]): Hlo {
    return sameShape(x.shape, shape) ? x : this.emit(`stablehlo.reshape ${x.name}`, x.type, shape, [x]);
  }

  transpose(x: Hlo, perm: readonly number[]): Hlo {
    if (perm.every((axis, i) => axis === i)) return x;
    const shape = perm.map((axis) => x.shape[axis] as number);
    return this.emit(`stablehlo.transpose ${x.name}, dims = [${perm.join(', ')}]`, x.type, shape, [x]);
  }

  reverse(x: Hlo, axes: readonly number[]): Hlo {
    return axes.length === 0 ? x : this.emit(`stablehlo.reverse ${x.name}, dims = [${axes.join(', ')}]`, x.type, x.shape);
  }

  /** `size` elements from `begin` on, every `steps`-th along each axis; steps are positive. */
  slice(x: Hlo, begin: readonly number[], size: readonly number[], steps: readonly number[] = begin.map(() => 1)): Hlo {
    const ranges = begin.map((from, i) => {
      const step = steps[i] as number;
      return `${from}:${from + ((size[i] as number) - 1) * step + 1}:${step}`;
    });
    return this.emit(`stablehlo.slice ${x.name} [${ranges.join(', ')}]`, x.type, size, [x]);
  }

  concat(xs: readonly Hlo[], axis: number): Hlo {
    const [first] = xs as [Hlo];
    const shape = first.shape.map((dim, i) => (i === axis ? xs.reduce((sum, x) => sum + (x.shape[axis] as number), 0) : dim));
    return this.emit(`stablehlo.concatenate ${xs.map(({ name }) => name).join(', ')}, dim = ${axis}`, first.type, shape, xs);
  }

  pad(x: Hlo, before: readonly number[], after: readonly number[], fill: number): Hlo {
    const value = this.scalar(fill, x.type);
    const shape = x.shape.map((dim, i) => dim + (before[i] as number) + (after[i] as number));
    const none = x.shape.map(() => 0).join(', ');
    const text = `stablehlo.pad ${x.name}, ${value.name}, low = [${before.join(', ')}], high = [${after.join(', ')}], interior = [${none}]`;
    return this.emit(text, x.type, shape, [x, value]);
  }

  /** Combines along axes, which are dropped. */
  reduce(combination: Combination, x: Hlo, axes: readonly number[]): Hlo {
    if (axes.length === 0) return x;
    const start = this.scalar(neutral(combination, x.type), x.type);
    const shape = x.shape.filter((_, axis) => !axes.includes(axis));
    const text = `stablehlo.reduce(${x.name} init: ${start.name}) applies stablehlo.${combination} across dimensions = [${axes.join(', ')}]`;
    return this.emit(text, x.type, shape, [x, start]);
  }

  /** The same, the axes kept with size 1. */
  reduceKept(combination: Combination, x: Hlo, axes: readonly number[]): Hlo {
    const shape = x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
    return this.reshape(this.reduce(combination, x, axes), shape);
  }

  /** Combines within windows that slide along every axis; `pads` is before and after, per axis. */
  reduceWindow(combination: Combination, x: Hlo, window: WindowAttrs, shape: readonly number[]): Hlo {
    const start = this.scalar(neutral(combination, x.type), x.type);
    const text = `"stablehlo.reduce_window"(${x.name}, ${start.name}) <{${windowText(window)}}> (${this.region(combination, x.type)})`;
    return this.emit(text, x.type, shape, [x, start]);
  }

  /** `source` added where the largest element of each window of `x` is: the first of equals. */
  selectAndScatter(x: Hlo, source: Hlo, window: WindowAttrs): Hlo {
    const start = this.scalar(0, x.type);
    const [scalar, flag] = [typeText(x.type, []), typeText('bool', [])];
    const larger = `{ ^bb0(%a: ${scalar}, %b: ${scalar}): %c = stablehlo.compare GE, %a, %b, FLOAT : (${scalar}, ${scalar}) -> ${flag} stablehlo.return %c : ${flag} }`;
    const text = `"stablehlo.select_and_scatter"(${x.name}, ${source.name}, ${start.name}) <{${windowText(window)}}> (${larger}, ${this.region('add', x.type)})`;
    return this.emit(text, x.type, x.shape, [x, source, start]);
  }

  /** Written behind convolutions and matrix products, for either factor: whether float32 may be multiplied in fewer bits. */
  precisionText(): string {
    const each = this.precision === 'tf32' ? 'DEFAULT' : 'HIGHEST';
    return `${each}, ${each}`;
  }

  private region(combination: Combination, type: HloType): string {
    const scalar = typeText(type, []);
    return `{ ^bb0(%a: ${scalar}, %b: ${scalar}): %c = stablehlo.${combination} %a, %b : ${scalar} stablehlo.return %c : ${scalar} }`;
  }

  private write(line: string, type: HloType, shape: readonly number[]): Hlo {
    const known = this.known.get(line);
    if (known) return known;
    const hlo: Hlo = { name: `%${this.lines.length}`, type, shape };
    this.lines.push(`${hlo.name} = ${line}`);
    this.known.set(line, hlo);
    return hlo;
  }
}

/** A window over all axes of an array. */
export interface WindowAttrs {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly pads: readonly (readonly [before: number, after: number])[];
}

function windowText({ window, strides, pads }: WindowAttrs): string {
  const list = (numbers: readonly number[]): string => `array<i64: ${numbers.join(', ')}>`;
  const padding = `dense<[${pads.map((pair) => `[${pair.join(', ')}]`).join(', ')}]> : tensor<${pads.length}x2xi64>`;
  return `window_dimensions = ${list(window)}, window_strides = ${list(strides)}, padding = ${padding}`;
}

function neutral(combination: Combination, type: HloType): number {
  if (combination === 'add') return 0;
  if (combination === 'multiply') return 1;
  const largest = type === 'float32' ? Infinity : 2 ** 31 - 1;
  return combination === 'minimum' ? largest : type === 'float32' ? -Infinity : -(2 ** 31);
}
