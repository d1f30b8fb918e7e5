import { Opaque, TensorRef } from './globals';

/** A dict of tensors somewhere in what was saved. */
export interface StateDict {
  /** The keys that lead to it, joined by dots (`params_ema`, `model.state_dict`); empty if it is the whole. */
  readonly key: string;
  readonly tensors: ReadonlyMap<string, TensorRef>;
}

/** Wrappers lie a few dicts deep; deeper there are only optimizers' states. */
const MAX_DEPTH = 4;

/**
 * Every dict in `saved` that holds tensors by name, of whole modules too. What else lies beside the tensors (counters, options, scheduler states) is passed over, as are the
 * counters of normalisation layers and what profilers add, which are no weights.
 */
export function findStateDicts(saved: unknown): StateDict[] {
  const found: StateDict[] = [];
  const seen = new Set<unknown>();
  const visit = (value: unknown, path: readonly string[]): void => {
    if (path.length > MAX_DEPTH || seen.has(value)) return;
    const dict = asDict(value);
    if (dict === null) return;
    seen.add(value);
    const tensors = new Map<string, TensorRef>();
    for (const [name, item] of dict) if (typeof name === 'string' && item instanceof TensorRef && !isCounter(name)) tensors.set(name, item);
    if (tensors.size > 0) found.push({ key: path.join('.'), tensors });
    for (const [name, item] of dict) if (typeof name === 'string') visit(item, [...path, name]);
  };
  visit(saved, []);
  return found;
}

/** Batch counters of normalisation layers, and the two totals that the profiler `thop` leaves in every module. */
function isCounter(name: string): boolean {
  return /(^|\.)(num_batches_tracked|total_ops|total_params)$/.test(name);
}

function asDict(value: unknown): ReadonlyMap<unknown, unknown> | null {
  if (value instanceof Map) return value;
  // What was saved as a list or tuple, `(model, optimizer)`: its places are its keys.
  if (Array.isArray(value)) return new Map(value.map((item: unknown, i) => [String(i), item]));
  if (!(value instanceof Opaque)) return null;
  if (value.items.size > 0) return value.items;
  return isModule(value.state) ? moduleTensors(value.state, '', new Map(), 0) : value.state instanceof Map ? value.state : null;
}

/** The attributes of a torch.nn.Module, of which the whole was saved. */
function isModule(state: unknown): state is ReadonlyMap<unknown, unknown> {
  return state instanceof Map && state.get('_parameters') instanceof Map && state.get('_modules') instanceof Map;
}

const MAX_MODULES_DEEP = 32;

function moduleTensors(
  state: ReadonlyMap<unknown, unknown>,
  prefix: string,
  into: Map<string, unknown>,
  depth: number,
): Map<string, unknown> {
  for (const kind of ['_parameters', '_buffers']) {
    const values = state.get(kind);
    if (values instanceof Map) for (const [name, value] of values) if (value instanceof TensorRef) into.set(prefix + String(name), value);
  }
  const modules = state.get('_modules');
  if (modules instanceof Map && depth < MAX_MODULES_DEEP)
    for (const [name, module] of modules)
      if (module instanceof Opaque && isModule(module.state)) moduleTensors(module.state, `${prefix}${String(name)}.`, into, depth + 1);
  return into;
}
