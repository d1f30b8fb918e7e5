import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { loadParams, writeSafetensors, type Model, type Scale } from '@distillery/models';
import type { Params } from '@distillery/tensor';

/** Of a gradient in PyTorch's layout: its norm, then its products with vectors of signs. */
export type Summary = readonly number[];

/** A small network in PyTorch float64 and what it gives. Made by make.py, which says how. */
export interface GoldenCase {
  readonly scale: Scale;
  readonly options: Readonly<Record<string, unknown>>;
  readonly input: readonly [number, number, number, number];
  /** The largest errors of PyTorch itself in float32: of an output, and of a gradient relative to its norm. */
  readonly float32: { readonly output: number; readonly gradient: number };
  /** Every `step`-th value. */
  readonly output: { readonly shape: readonly number[]; readonly step: number; readonly values: readonly number[] };
  readonly inputGradient: Summary;
  /** The state dict in PyTorch's layout. `gradient` null: in no path of the forward pass. `fixed`: neither trained nor filled. `source`: what parameters are made of. */
  readonly tensors: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly gradient?: Summary | null; readonly fixed?: true; readonly source?: true }>
  >;
}

export interface Golden {
  readonly source: string;
  readonly cases: readonly GoldenCase[];
  /** Trained scalars of full-sized networks. */
  readonly published: readonly {
    readonly scale: Scale;
    readonly options: Readonly<Record<string, unknown>>;
    readonly parameters: number;
  }[];
}

/** The golden of an architecture (`sr`) or of a network that trains along with one (`parts`). A missing one is an error. */
export function golden(folder: 'sr' | 'parts', name: string): Golden {
  const file = join(__dirname, folder, `${name}.json`);
  if (!existsSync(file)) throw new Error(`${name} has no golden: write ${folder}/${name}.py beside golden.py and run make.py`);
  return JSON.parse(readFileSync(file, 'utf8')) as Golden;
}

/** `pattern` of golden.py. */
export function pattern(count: number, seed: number): Float64Array {
  return Float64Array.from({ length: count }, (_, k) => {
    let h = (k + Math.imul(seed, 0x9e3779b9)) >>> 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b) >>> 0;
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> 0;
    return ((h ^ (h >>> 16)) >>> 0) / 2 ** 31 - 1;
  });
}

const [IMAGE, COTANGENT, SIGNS] = [1, 2, [3, 4, 5]] as const;

/** `fill` of golden.py: a tensor of this name, in PyTorch's layout. */
function filled(name: string, shape: readonly number[]): { shape: readonly number[]; data: Float32Array } {
  const seed = [...name].reduce((sum, c, i) => sum + (i + 1) * c.charCodeAt(0), 0);
  const bound = shape.length > 1 ? 1 / Math.sqrt(sizeOf(shape.slice(1))) : 0.1;
  return { shape, data: Float32Array.from(pattern(sizeOf(shape), seed), (value) => value * bound) };
}

/** The golden's parameters of any model, under its own names. */
export function patternParams(model: Model): Params {
  const tensors = Object.entries(model.shapes).map(([name, shape]) => [name, filled(name, torchShape(shape))] as const);
  return loadParams({ ...model, fromFile: undefined }, writeSafetensors(Object.fromEntries(tensors)));
}

/** A weights file with the state dict of the golden's network: what is fixed as the model knows it, what follows from the others at 0. */
export function stateDict({ tensors }: GoldenCase, model: Model): Buffer {
  const entries = Object.entries(tensors).map(([name, { shape, fixed }]) => {
    if (!fixed) return [name, filled(name, shape)] as const;
    const values = model.constants[name]?.values ?? new Float32Array(sizeOf(shape));
    return [name, { shape, data: Float32Array.from(values) }] as const;
  });
  return writeSafetensors(Object.fromEntries(entries));
}

/** The golden's images, 0..1. */
export function patternImage(shape: readonly [number, number, number, number]): Tensor4D {
  const values = Float32Array.from(pattern(sizeOf(shape), IMAGE), (value) => (value + 1) / 2);
  return tf.tensor4d(values, [...shape]);
}

/** What the golden's loss weighs the output with. */
export function cotangent(shape: readonly number[]): tf.Tensor {
  return tf.tensor(Float32Array.from(pattern(sizeOf(shape), COTANGENT)), [...shape]);
}

/** `summary` of golden.py, of a gradient in our layout. */
export function summary(gradient: tf.Tensor): Summary {
  const flat = Float64Array.from(tf.tidy(() => (gradient.rank === 4 ? tf.transpose(gradient, [3, 2, 0, 1]) : gradient).dataSync()));
  return summaryOf(flat);
}

/** The same of a gradient in an image, whose layout is ours on both sides. */
export function imageSummary(gradient: tf.Tensor): Summary {
  return summaryOf(Float64Array.from(gradient.dataSync()));
}

function summaryOf(flat: Float64Array): Summary {
  const norm = Math.sqrt(flat.reduce((sum, value) => sum + value * value, 0));
  const products = SIGNS.map((seed) => {
    const signs = pattern(flat.length, seed);
    return flat.reduce((sum, value, k) => sum + ((signs[k] as number) < 0 ? -value : value), 0);
  });
  return [norm, ...products];
}

/** HWIO -> OIHW. */
function torchShape(shape: readonly number[]): readonly number[] {
  return shape.length === 4 ? [3, 2, 0, 1].map((axis) => shape[axis] as number) : shape;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
