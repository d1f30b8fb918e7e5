import { isElementwise } from '../../compile/graph/operations';
import { isConstant, isNode, reachable, type NodeValue, type Value } from '../../compile/graph/value';
import { UnsupportedOperation } from '../../compile/unsupported';
import { lowerConv, lowerConvInputGradient } from './convolution';
import { lowerElementwise } from './elementwise';
import { lowerConvFilterGradient } from './filter-gradient';
import { natural } from './layout';
import { Lowering, type Placed } from './lowering';
import type { OnnxGraph } from './model';
import { lowerMaxPoolGradient, lowerPooling } from './pooling';
import { lowerAlongAxis, lowerReduction } from './reductions';
import {
  lowerConcat,
  lowerDepthToSpace,
  lowerExpand,
  lowerGather,
  lowerMatMul,
  lowerPad,
  lowerReshape,
  lowerSlice,
  lowerSpaceToDepth,
  lowerTranspose,
} from './shaping';
import type { Target } from './target';

const LOWERINGS: Readonly<Record<string, (lowering: Lowering, value: NodeValue) => Placed>> = {
  ReduceSum: lowerReduction,
  ReduceMean: lowerReduction,
  ReduceMax: lowerReduction,
  ReduceMin: lowerReduction,
  ReduceProd: lowerReduction,
  ArgMax: lowerAlongAxis,
  ArgMin: lowerAlongAxis,
  Softmax: lowerAlongAxis,
  CumSum: lowerAlongAxis,
  Reshape: lowerReshape,
  Transpose: lowerTranspose,
  Expand: lowerExpand,
  Slice: lowerSlice,
  Pad: lowerPad,
  Concat: lowerConcat,
  Gather: lowerGather,
  MatMul: lowerMatMul,
  DepthToSpace: lowerDepthToSpace,
  SpaceToDepth: lowerSpaceToDepth,
  Conv: lowerConv,
  ConvInputGradient: lowerConvInputGradient,
  ConvFilterGradient: lowerConvFilterGradient,
  MaxPool: lowerPooling,
  AveragePool: lowerPooling,
  MaxPoolGradient: lowerMaxPoolGradient,
};

export interface NamedOutput {
  readonly name: string;
  readonly value: Value;
}

/**
 * The ONNX graph that computes `outputs`. Inputs and outputs are in the order of elements that the step uses, whatever happens in between.
 */
export function lower(inputs: readonly NamedOutput[], outputs: readonly NamedOutput[], target: Target): OnnxGraph {
  const values = reachable(outputs.map(({ value }) => value));
  const lowering = new Lowering(
    target,
    new Set(values.flatMap((value) => (isNode(value, 'ConvFilterGradient') ? value.source.operands : []))),
  );
  for (const value of values) lowering.place(value, placed(lowering, value));
  for (const { name, value } of outputs) {
    lowering.nodes.push({ op: 'Identity', domain: '', inputs: [lowering.natural(value)], outputs: [name], attrs: {} });
  }
  const used = new Set(values);
  return {
    nodes: lowering.nodes,
    initializers: lowering.initializers,
    inputs: inputs.filter(({ value }) => used.has(value)).map(({ name, value: { type, shape } }) => ({ name, type, shape })),
    outputs: outputs.map(({ name, value: { type, shape } }) => ({ name, type, shape })),
  };
}

function placed(lowering: Lowering, value: Value): Placed {
  const layout = natural(value.shape.length);
  if (value.source.kind === 'input') return { name: value.source.name, layout };
  if (isConstant(value)) return { name: lowering.constant({ type: value.type, shape: value.shape, data: value.source.data }), layout };
  if (!isNode(value)) throw new Error('value of unknown kind');
  const { op } = value.source;
  if (isElementwise(op)) return lowerElementwise(lowering, value);
  const lowerOp = LOWERINGS[op];
  if (!lowerOp) throw new UnsupportedOperation(`operation ${op} cannot be compiled`);
  return lowerOp(lowering, value);
}
