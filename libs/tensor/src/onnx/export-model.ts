import { zeros, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '../params';
import { lower } from './lower/lower';
import type { OnnxGraph } from './lower/model';
import { PORTABLE } from './lower/target';
import { encodeModel } from './run/encode';
import type { NamedValue } from '../compile/record/record';
import { trace } from '../compile/trace';

/** A network's forward pass, with its parameters as constants, as the bytes of an .onnx file; and whether height and width, and the number of images, are free in it. */
export interface ExportedModel {
  readonly bytes: Uint8Array;
  readonly dynamicSize: boolean;
  readonly dynamicBatch: boolean;
}

/** Names of the free axes of the model's input and output. */
const FREE_SIZE = { input: { 1: 'height', 2: 'width' }, output: { 1: 'output_height', 2: 'output_width' } };
const FREE_BATCH = { input: { 0: 'batch' }, output: { 0: 'batch' } };

/**
 * y = apply(params, x) as an ONNX model of standard operations: `input` `[n, h, w, c]` to `output`, NHWC and 0..1 as `apply` has them. Height and
 * width, and n, stay free where the network computes the same for every one of them (found by recording it at two); else they are those of `shape`.
 * Throws UnsupportedOperation, naming the operation, if the network cannot be expressed.
 */
export function exportModelOnnx(
  apply: (params: Params, x: Tensor4D) => Tensor4D,
  params: Params,
  shape: readonly [number, number, number, number],
): ExportedModel {
  const [n, h, w, c] = shape;
  const graph = forward(apply, params, shape);
  const isFree = (other: typeof shape): boolean => fingerprint(graph) === fingerprint(forward(apply, params, other));
  const dynamicSize = isFree([n, h + 8, w + 16, c]);
  const dynamicBatch = isFree([n + 1, h, w, c]);
  const free = (name: 'input' | 'output') => ({ ...(dynamicSize && FREE_SIZE[name]), ...(dynamicBatch && FREE_BATCH[name]) });
  return { bytes: encodeModel(graph, { input: free('input'), output: free('output') }), dynamicSize, dynamicBatch };
}

function forward(
  apply: (params: Params, x: Tensor4D) => Tensor4D,
  params: Params,
  shape: readonly [number, number, number, number],
): OnnxGraph {
  const example = zeros([...shape]);
  try {
    const { inputs, outputs } = trace((x: Tensor4D) => apply(params, x), [example]);
    const [input, output] = [inputs[0] as NamedValue, outputs[0] as NamedValue];
    return renamed(lower(inputs, [{ name: 'output', value: output.value }], PORTABLE), input.name, 'input');
  } finally {
    example.dispose();
  }
}

function renamed(graph: OnnxGraph, from: string, to: string): OnnxGraph {
  const rename = (name: string): string => (name === from ? to : name);
  return {
    ...graph,
    nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename) })),
    inputs: graph.inputs.map((input) => ({ ...input, name: rename(input.name) })),
  };
}

/** Everything but the shapes of input and output. */
function fingerprint({ nodes, initializers }: OnnxGraph): string {
  const content = initializers.map(({ name, type, shape, data }) => [
    name,
    type,
    shape,
    data.length <= 16 ? [...data].map(String) : data.length,
  ]);
  return JSON.stringify([nodes, content]);
}
