import type { OnnxAttribute, OnnxGraph, OnnxInitializer, OnnxNode, OnnxOutput } from '../lower/model';
import { modelType } from './schema';

/** Versions that onnxruntime 1.14 (2023) and later can read. */
const IR_VERSION = 8;
const OPSET = 17;
const TYPE_CODES = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;
const ATTRIBUTE_CODES = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** Names of axes whose length is left open, by input or output and axis. */
export type FreeAxes = Readonly<Record<string, Readonly<Record<number, string>>>>;

/** The graph as the bytes of an .onnx file. */
export function encodeModel(graph: OnnxGraph<OnnxOutput>, freeAxes: FreeAxes = {}): Uint8Array {
  const domains = new Set(['', ...graph.nodes.map(({ domain }) => domain)]);
  const opsetImport = [...domains].map((domain) => ({ domain, version: domain === '' ? OPSET : 1 }));
  const type = modelType();
  return type.encode({ irVersion: IR_VERSION, producerName: 'distillery', graph: graphMessage(graph, freeAxes), opsetImport }).finish();
}

function graphMessage({ nodes, initializers, inputs, outputs }: OnnxGraph<OnnxOutput>, freeAxes: FreeAxes): object {
  return {
    name: 'step',
    node: nodes.map(nodeMessage),
    initializer: initializers.map(tensorMessage),
    input: inputs.map((value) => valueMessage(value, freeAxes[value.name])),
    output: outputs.map((value) => valueMessage(value, freeAxes[value.name])),
  };
}

function nodeMessage({ op, domain, inputs, outputs, attrs }: OnnxNode): object {
  const attribute = Object.entries(attrs).map(([name, value]) => attributeMessage(name, value));
  return { input: inputs, output: outputs, name: outputs[0], opType: op, domain, attribute };
}

function attributeMessage(name: string, value: OnnxAttribute): object {
  if (typeof value === 'number') return { name, i: value, type: ATTRIBUTE_CODES.int };
  if (typeof value === 'string') return { name, s: Buffer.from(value), type: ATTRIBUTE_CODES.string };
  if ('float' in value) return { name, f: value.float, type: ATTRIBUTE_CODES.float };
  return { name, ints: value, type: ATTRIBUTE_CODES.ints };
}

function tensorMessage({ name, type, shape, data }: OnnxInitializer): object {
  return { name, dims: shape, dataType: TYPE_CODES[type], rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

function valueMessage({ name, type, shape }: OnnxOutput, free: FreeAxes[string] = {}): object {
  const dims = shape?.map((dim, axis) => (free[axis] === undefined ? { dimValue: dim } : { dimParam: free[axis] }));
  return { name, type: { tensorType: { elemType: TYPE_CODES[type], ...(dims && { shape: { dim: dims } }) } } };
}
