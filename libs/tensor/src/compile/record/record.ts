import { engine, getBackend, type Tensor } from '@tensorflow/tfjs-core';
import { Builder } from '../graph/builder';
import type { Value } from '../graph/value';
import { mapTensors, tensorsOf, type Tree } from '../tree';
import { UnsupportedOperation } from '../unsupported';
import { recordingBackend, RECORDING_BACKEND } from './backend';

/** A pure function, written down: named inputs and outputs, and the shape of what it returned. */
export interface Recording {
  readonly builder: Builder;
  readonly inputs: readonly NamedValue[];
  readonly outputs: readonly NamedValue[];
  /** What the function returned, each tensor replaced by the index of its output. */
  readonly result: Tree;
}

export interface NamedValue {
  readonly name: string;
  readonly value: Value;
}

/** A leaf of `Recording.result`. */
export class OutputIndex {
  constructor(readonly index: number) {}
}

/**
 * Runs `f` once on stand-ins for the tensors of `args` and writes down what it computes. Inputs are named `in/<path>`, outputs `out/<path>`.
 * Throws UnsupportedOperation, naming the operation, where `f` does something that cannot be compiled, such as reading a tensor's values.
 */
export function record(f: (...args: never[]) => Tree, args: readonly Tree[]): Recording {
  const builder = new Builder();
  const backend = recordingBackend();
  const active = getBackend();
  const inputs: NamedValue[] = [];
  const outputs: NamedValue[] = [];
  const standIn = (tensor: Tensor, path: string): Tensor => {
    const { dtype } = tensor;
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool')
      throw new UnsupportedOperation(`input ${path}: type ${dtype} cannot be compiled`);
    const value = builder.input(`in/${path}`, dtype, tensor.shape);
    inputs.push({ name: `in/${path}`, value });
    return backend.tensorOf(value);
  };
  switchTo(RECORDING_BACKEND);
  try {
    return backend.recordInto(builder, () => {
      engine().startScope('record');
      try {
        const returned = f(...(args.map((arg, i) => mapTensors(arg, standIn, String(i))) as never[]));
        for (const [path, tensor] of tensorsOf(returned)) outputs.push({ name: `out/${path}`, value: backend.valueFor(tensor) });
        let next = 0;
        return { builder, inputs, outputs, result: mapTensors(returned, () => new OutputIndex(next++)) };
      } finally {
        engine().endScope();
      }
    });
  } finally {
    switchTo(active);
  }
}

/** Selecting a backend that has already started happens at once; the promise tfjs returns carries nothing more. */
function switchTo(backend: string): void {
  void engine().setBackend(backend);
}
