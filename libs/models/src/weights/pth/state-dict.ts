import { quote, type Fail } from '../problem';
import { TensorRef } from './globals';

/** Keys under which training scripts put the state dict, the preferred first: averaged weights before the raw ones. */
const WRAPPERS = ['params_ema', 'params', 'state_dict', 'model'] as const;

/** What torch.nn.DataParallel puts before every name. */
const PARALLEL = 'module.';

/**
 * The tensors by name of a saved state dict, or of one inside `{params_ema | params | state_dict | model: ...}`, without DataParallel's prefix and
 * without the batch counters of normalisation layers, which are no weights.
 */
export function findStateDict(saved: unknown, fail: Fail): ReadonlyMap<string, TensorRef> {
  const dict = unwrap(saved, fail);
  const entries = [...dict].map(([name, value]) => {
    if (typeof name !== 'string') return fail('a dict whose keys are not names, expected a state dict');
    return value instanceof TensorRef ? ([name, value] as const) : fail(`${quote(name)} is not a tensor, expected a state dict`);
  });
  if (entries.length === 0) fail('an empty dict, expected a state dict');
  const parallel = entries.every(([name]) => name.startsWith(PARALLEL));
  const plain = entries.map(([name, tensor]) => [parallel ? name.slice(PARALLEL.length) : name, tensor] as const);
  return new Map(plain.filter(([name]) => !name.endsWith('num_batches_tracked')));
}

function unwrap(saved: unknown, fail: Fail): ReadonlyMap<unknown, unknown> {
  if (!(saved instanceof Map)) return fail('holds no dict, expected a state dict');
  const wrapped = WRAPPERS.map((key) => saved.get(key) as unknown).find((value) => value instanceof Map);
  return wrapped instanceof Map ? wrapped : saved;
}
