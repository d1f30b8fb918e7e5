import type { Data } from '../graph/value';
import type { OnnxGraph, OnnxInitializer, OnnxNode, OnnxOutput, OnnxValue } from './model';

/** Constants of as many bytes are fed to a run instead of being written into its model. */
const LARGE = 2 ** 16;

/** Operations that only rearrange their first input, and keep its type. */
const REARRANGING = new Set(['Reshape', 'Transpose', 'Gather', 'Slice', 'Concat', 'ReorderInput', 'ReorderOutput']);

/** A constant that can be an input. */
type LargeConstant = OnnxValue & { readonly data: Data };

/** A graph in two: what rearranges large constants, done once, and everything else, which takes the outcome as further inputs. */
export interface SplitGraph {
  /** The large constants. */
  readonly constants: readonly LargeConstant[];
  /** Takes `constants` to what `each` wants of them. */
  readonly once: OnnxGraph<OnnxOutput>;
  /** Names of constants, and of outputs of `once`, that `each` wants beside its inputs. */
  readonly fed: readonly string[];
  readonly each: OnnxGraph;
}

/**
 * Takes large constants, such as the weights of a frozen network, out of a graph. Inside a model onnxruntime holds several copies of them:
 * encoded, parsed, and once more for every rearrangement; fed, there is one.
 */
export function splitConstants(graph: OnnxGraph): SplitGraph {
  const constants = graph.initializers.filter(isLarge);
  const large = new Map(constants.map(({ name, type }) => [name, type]));
  const small = new Set(graph.initializers.filter(({ name }) => !large.has(name)).map(({ name }) => name));

  const types = new Map(large);
  const once: OnnxNode[] = [];
  const each: OnnxNode[] = [];
  for (const node of graph.nodes) {
    const type = rearranged(node, types, small);
    (type ? once : each).push(node);
    if (type) for (const output of node.outputs) types.set(output, type);
  }
  const fed = [...new Set(each.flatMap(({ inputs }) => inputs))].filter((name) => types.has(name));
  const outputs = fed.filter((name) => !large.has(name)).map((name) => ({ name, type: types.get(name) as OnnxValue['type'], shape: null }));
  const initializers = graph.initializers.filter(({ name }) => small.has(name));
  const usedBy = (nodes: readonly OnnxNode[]) => {
    const used = new Set(nodes.flatMap(({ inputs }) => inputs));
    return ({ name }: { readonly name: string }) => used.has(name);
  };
  return {
    constants,
    once: { nodes: once, initializers: initializers.filter(usedBy(once)), inputs: constants.filter(usedBy(once)), outputs },
    fed,
    each: { ...graph, nodes: each, initializers: initializers.filter(usedBy(each)) },
  };
}

/** The type of what the node makes of large constants; undefined if it does more than to rearrange them. */
function rearranged({ op, inputs }: OnnxNode, types: ReadonlyMap<string, OnnxValue['type']>, small: ReadonlySet<string>) {
  const known = REARRANGING.has(op) && inputs.every((name) => types.has(name) || small.has(name));
  return known ? types.get(inputs[0] as string) : undefined;
}

function isLarge(initializer: OnnxInitializer): initializer is LargeConstant & OnnxInitializer {
  return initializer.type !== 'int64' && initializer.data.byteLength >= LARGE;
}
