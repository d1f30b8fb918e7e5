import type { OnnxGraph, OnnxInitializer, OnnxNode, OnnxOutput, OnnxValue } from './model';

/** Constants of as many bytes are fed to a run instead of being written into its model, as are those marked so. */
const LARGE = 2 ** 16;

/** Operations done once on constants, all of which keep the type of what they work on: rearrangements, and the transformation of Winograd's kernels. */
const DONE_ONCE = new Set(['Reshape', 'Transpose', 'Gather', 'Slice', 'Concat', 'ReorderInput', 'ReorderOutput', 'MatMul']);

/** A graph in two: what prepares large constants, done once, and everything else, which takes the outcome as further inputs. */
export interface SplitGraph {
  /** The constants taken out. */
  readonly constants: readonly OnnxInitializer[];
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
  const constants = graph.initializers.filter(({ type, data, fed }) => fed || (type !== 'int64' && data.byteLength >= LARGE));
  const outside = new Map(constants.map(({ name, type }) => [name, type]));
  const small = new Set(graph.initializers.filter(({ name }) => !outside.has(name)).map(({ name }) => name));

  const types = new Map(outside);
  const once: OnnxNode[] = [];
  const each: OnnxNode[] = [];
  for (const node of graph.nodes) {
    const type = preparedType(node, types, small);
    (type ? once : each).push(node);
    if (type) for (const output of node.outputs) types.set(output, type);
  }
  const fed = [...new Set(each.flatMap(({ inputs }) => inputs))].filter((name) => types.has(name));
  const outputs = fed
    .filter((name) => !outside.has(name))
    .map((name) => ({ name, type: types.get(name) as OnnxValue['type'], shape: null }));
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

/** The type of what the node makes of large constants; undefined if it needs anything else, or is not done once. */
function preparedType({ op, inputs }: OnnxNode, types: ReadonlyMap<string, OnnxValue['type']>, small: ReadonlySet<string>) {
  const known = DONE_ONCE.has(op) && inputs.every((name) => types.has(name) || small.has(name));
  // An integer alone is the shape of something else.
  return known ? inputs.map((name) => types.get(name)).find((type) => type !== undefined && type !== 'int64') : undefined;
}
