import type { Dtype } from '../decode';
import { isCounts } from '../problem';

/** PyTorch's own limit on the axes of a tensor. */
const MAX_RANK = 64;

/** A storage as the pickle names it: where it lies in the file and which part of it is meant, counted in elements. */
export class StorageRef {
  constructor(
    readonly key: string,
    readonly dtype: Dtype,
    /** Elements of the whole storage. */
    readonly elements: number,
    /** First element of the part, for the views of the legacy format. */
    readonly begin: number,
  ) {}
}

/** A tensor as the pickle describes it: element (i, j, ...) is number `offset + i strides[0] + j strides[1] + ...` of its storage. */
export class TensorRef {
  constructor(
    readonly storage: StorageRef,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

/**
 * An object of a class that is none of ours: an optimizer's, `argparse.Namespace`, a numpy scalar. Nothing of it is executed; what the pickle puts into it
 * is kept, because some such objects are dicts by another name.
 */
export class Opaque {
  /** Items, if it is used as a dict. */
  readonly items = new Map<unknown, unknown>();
  /** Attributes, as the pickle sets them. */
  state: unknown = null;

  constructor(readonly name: string) {}
}

/** A global of the allow-list. `call` builds a value of ours from the arguments; undefined if they make no sense. */
export interface Global {
  readonly name: string;
  readonly call?: (args: readonly unknown[]) => unknown;
  /** Element type, if it is a storage class. */
  readonly dtype?: Dtype;
}

/** Element types by storage class of module torch. */
const STORAGES: Readonly<Record<string, Dtype>> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};

/** Everything that a pickle may ask for, by its full name. */
const ALLOWED: ReadonlyMap<string, Global> = new Map(
  (
    [
      { name: 'collections.OrderedDict', call: orderedDict },
      { name: 'torch.Size', call: ([sizes]) => (isCounts(sizes) ? sizes : undefined) },
      { name: 'torch._utils._rebuild_tensor', call: rebuildTensor },
      { name: 'torch._utils._rebuild_tensor_v2', call: rebuildTensor },
      {
        name: 'torch._utils._rebuild_parameter',
        call: ([tensor]) => (tensor instanceof TensorRef || tensor instanceof Opaque ? tensor : undefined),
      },
      {
        name: 'torch._utils._rebuild_parameter_with_state',
        call: ([tensor]) => (tensor instanceof TensorRef || tensor instanceof Opaque ? tensor : undefined),
      },
      { name: 'torch._tensor._rebuild_from_type_v2', call: rebuildFromType },
      ...Object.entries(STORAGES).map(([name, dtype]) => ({ name: `torch.${name}`, dtype })),
    ] satisfies Global[]
  ).map((global) => [global.name, global]),
);

/** The allowed global with that full name, if it is one. */
export function findGlobal(name: string): Global | undefined {
  return ALLOWED.get(name);
}

/** Modules and functions that no checkpoint needs and attacks do: a file that asks for them is refused, although nothing of it would be executed. */
const HOSTILE =
  /^(os|posix|nt|posixpath|subprocess|sys|shutil|socket|pty|runpy|ctypes|importlib|code|commands|webbrowser|multiprocessing|asyncio|pip|timeit|pdb|bdb)(\.|$)|^(builtins|__builtin__)\.(eval|exec|execfile|compile|open|file|input|__import__|breakpoint|globals|getattr|setattr)$/;

/** Whether a pickle that asks for this global is out to do harm. */
export function isHostile(name: string): boolean {
  return HOSTILE.test(name);
}

/**
 * `OrderedDict()`, or `OrderedDict([[key, value], ...])` as Python 2 wrote it. The list is emptied: calls on the same list again and again would
 * else multiply a small file into a large memory.
 */
function orderedDict([pairs = []]: readonly unknown[]): Map<unknown, unknown> | undefined {
  if (!Array.isArray(pairs) || !pairs.every(isPair)) return undefined;
  return new Map(pairs.splice(0) as [unknown, unknown][]);
}

function isPair(value: unknown): value is readonly [unknown, unknown] {
  return Array.isArray(value) && value.length === 2;
}

function rebuildTensor([storage, offset, shape, strides]: readonly unknown[]): TensorRef | Opaque | undefined {
  if (storage instanceof Opaque) return new Opaque(storage.name);
  if (!(storage instanceof StorageRef) || !isCounts([offset]) || !isCounts(shape) || !isCounts(strides)) return undefined;
  if (shape.length !== strides.length || shape.length > MAX_RANK) return undefined;
  // Copied, because the pickle may go on and change its lists.
  return new TensorRef(storage, offset as number, [...shape], [...strides]);
}

/** A tensor subclass: `(function that rebuilds it, type, its arguments, attributes)`. */
function rebuildFromType([rebuild, , args]: readonly unknown[]): unknown {
  if (typeof rebuild !== 'object' || rebuild === null || !('call' in rebuild) || !Array.isArray(args)) return undefined;
  return (rebuild as Required<Global>).call(args);
}
