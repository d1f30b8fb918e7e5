import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { normalTensor, uniformTensor, type Params, type Rng } from '@distillery/tensor';
import { indices } from './chain';

/** Shapes of parameters by name. */
export type ParamShapes = Readonly<Record<string, readonly number[]>>;

/** A parameter before it exists: its shape, and how its values are drawn. */
export interface ParamSpec {
  readonly shape: readonly number[];
  draw(rng: Rng): Tensor;
}
export type ParamSpecs = Readonly<Record<string, ParamSpec>>;

/** Values uniform in (-bound, bound). */
export function uniform(shape: readonly number[], bound: number): ParamSpec {
  return { shape, draw: (rng) => uniformTensor(rng, shape, -bound, bound) };
}

/** Values normal with mean 0. */
export function normal(shape: readonly number[], std: number): ParamSpec {
  return { shape, draw: (rng) => normalTensor(rng, shape, std) };
}

/** All values equal. */
export function constant(shape: readonly number[], value: number): ParamSpec {
  return { shape, draw: () => tf.fill([...shape], value) };
}

/** Values as given, in the tensor's order. */
export function values(shape: readonly number[], given: readonly number[]): ParamSpec {
  return { shape, draw: () => tf.tensor([...given], [...shape], 'float32') };
}

/** The parameters of several layers together. */
export function layers(...specs: readonly ParamSpecs[]): ParamSpecs {
  return Object.assign({}, ...specs) as ParamSpecs;
}

/** One layer's parameters for each index 0..count-1. */
export function repeated(count: number, layer: (index: number) => ParamSpecs): ParamSpecs {
  return layers(...indices(count).map(layer));
}

/** Draws every parameter from its own generator, so that adding a layer leaves the others' values as they were. */
export function drawParams(specs: ParamSpecs, rng: Rng): Params {
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, spec.draw(rng.split(name))]));
}

export function shapesOf(specs: ParamSpecs): ParamShapes {
  return Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, shape]));
}

/** The parameter called `name`. Throws Error if the network was given parameters of another one. */
export function param<T extends Tensor = Tensor>(params: Params, name: string): T {
  const found = Object.hasOwn(params, name) ? params[name] : undefined;
  if (!found) throw new Error(`parameter ${name} is missing: these are the parameters of another network`);
  return found as T;
}
