import { quote, type Fail } from '../problem';
import { findGlobal, isHostile, Opaque, TensorRef, type Global } from './globals';
import { byteReader } from './byte-reader';

/** A pickle of a state dict takes some 150 bytes per tensor, and an optimizer's state several times that; more than this is an attack on memory. */
const MAX_PICKLE_BYTES = 16 * 2 ** 20;

/**
 * What a pickle evaluates to: null, booleans, numbers, bigints, strings (and bytes), arrays (lists, tuples and sets), Maps (dicts), what globals build, and
 * `Opaque` for objects of other classes.
 */
export interface Unpickled {
  readonly value: unknown;
  /** First byte after the pickle. */
  readonly end: number;
}

/**
 * Evaluates the pickle that starts at byte `begin` on a stack machine of our own. Nothing of the file is ever executed: the globals on
 * the allow-list are functions of ours, objects of other classes stay opaque, and opcodes that are not listed are refused, as are globals that only an attack asks for. `persistent` turns persistent ids (storages) into values.
 * Source: Python's pickletools, protocols 2 to 5. Throws through `fail`.
 */
export function unpickle(bytes: Uint8Array, begin: number, persistent: (id: unknown) => unknown, fail: Fail): Unpickled {
  const damaged = (): never => fail('its pickle is damaged, truncated or larger than 16 MiB');
  const reader = byteReader(bytes.subarray(begin, begin + MAX_PICKLE_BYTES), damaged);
  const memo = new Map<number, unknown>();
  let stack: unknown[] = [];
  const marked: unknown[][] = [];

  const push = (value: unknown): void => void stack.push(value);
  const pop = (): unknown => (stack.length > 0 ? stack.pop() : damaged());
  const top = (): unknown => (stack.length > 0 ? stack.at(-1) : damaged());
  const popMark = (): unknown[] => {
    const items = stack;
    stack = marked.pop() ?? damaged();
    return items;
  };
  const append = (items: readonly unknown[]): void => {
    const list = top();
    if (list instanceof Opaque) return;
    if (!Array.isArray(list)) return damaged();
    for (const item of items) list.push(item);
  };
  const setItems = (items: readonly unknown[]): void => {
    const into = top();
    const dict = into instanceof Opaque ? into.items : into;
    if (!(dict instanceof Map) || items.length % 2 !== 0) return damaged();
    for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
  };
  const popLast = (count: number): unknown[] => (stack.length >= count ? stack.splice(stack.length - count) : damaged());
  const tuple = (length: number) => (): void => push(popLast(length));
  const recall = (index: number): void => push(memo.has(index) ? memo.get(index) : damaged());
  const remember = (index: number): void => void memo.set(index, top());
  const pushGlobal = (module: unknown, name: unknown): void => {
    if (typeof module !== 'string' || typeof name !== 'string') return damaged();
    const fullName = `${module}.${name}`;
    if (isHostile(fullName)) fail(`refused: its pickle asks for ${quote(fullName)}; only tensors are read, nothing is executed`);
    push(findGlobal(fullName) ?? new Opaque(fullName));
  };
  const reduce = (): void => {
    const [callable, args] = popLast(2);
    if (!Array.isArray(args)) return damaged();
    if (callable instanceof Opaque) return push(new Opaque(callable.name));
    if (!isGlobal(callable)) return damaged();
    const { call, name } = callable;
    if (!call) return fail(`refused: its pickle calls ${name}, which is not a function on tensors`);
    push(call(args) ?? fail(`its pickle calls ${name} with arguments that make no sense`));
  };
  /** Makes an object of a class without calling it; of our own only a state dict is made so. */
  const newObject = (count: number): void => {
    const [of] = popLast(count);
    if (of instanceof Opaque) return push(new Opaque(of.name));
    if (!isGlobal(of) || of.name !== 'collections.OrderedDict') fail('refused: its pickle makes an object of something that is no class');
    push(new Map());
  };
  /** Sets attributes: of a state dict its `_metadata` (versions of modules), which is not needed. */
  const build = (): void => {
    const state = pop();
    const object = top();
    if (object instanceof Opaque) object.state = state;
    else if (!(object instanceof Map || object instanceof TensorRef))
      fail('refused: its pickle sets attributes of something that is no object');
  };

  const run: Readonly<Record<number, () => void>> = {
    0x80: () => void reader.uint8(), // PROTO
    0x95: () => void reader.uint64(), // FRAME
    0x28: () => void (marked.push(stack), (stack = [])), // MARK
    0x4e: () => push(null), // NONE
    0x88: () => push(true), // NEWTRUE
    0x89: () => push(false), // NEWFALSE
    0x4a: () => push(reader.int32()), // BININT
    0x4b: () => push(reader.uint8()), // BININT1
    0x4d: () => push(reader.uint16()), // BININT2
    0x8a: () => push(reader.integer(reader.uint8())), // LONG1
    0x8b: () => push(reader.integer(reader.uint32())), // LONG4
    0x47: () => push(reader.float64()), // BINFLOAT
    0x58: () => push(reader.utf8(reader.uint32())), // BINUNICODE
    0x8c: () => push(reader.utf8(reader.uint8())), // SHORT_BINUNICODE
    0x55: () => push(reader.latin1(reader.uint8())), // SHORT_BINSTRING, Python 2
    0x54: () => push(reader.latin1(reader.uint32())), // BINSTRING, Python 2
    0x8d: () => push(reader.utf8(Number(reader.uint64()))), // BINUNICODE8
    0x43: () => push(reader.latin1(reader.uint8())), // SHORT_BINBYTES
    0x42: () => push(reader.latin1(reader.uint32())), // BINBYTES
    0x8e: () => push(reader.latin1(Number(reader.uint64()))), // BINBYTES8
    0x96: () => push(reader.latin1(Number(reader.uint64()))), // BYTEARRAY8
    0x7d: () => push(new Map()), // EMPTY_DICT
    0x8f: () => push([]), // EMPTY_SET
    0x90: () => append(popMark()), // ADDITEMS
    0x91: () => push(popMark()), // FROZENSET
    0x30: () => void pop(), // POP
    0x31: () => void popMark(), // POP_MARK
    0x32: () => push(top()), // DUP
    0x5d: () => push([]), // EMPTY_LIST
    0x29: () => push([]), // EMPTY_TUPLE
    0x74: () => push(popMark()), // TUPLE
    0x85: tuple(1), // TUPLE1
    0x86: tuple(2), // TUPLE2
    0x87: tuple(3), // TUPLE3
    0x61: () => append([pop()]), // APPEND
    0x65: () => append(popMark()), // APPENDS
    0x73: () => setItems(popLast(2)), // SETITEM
    0x75: () => setItems(popMark()), // SETITEMS
    0x68: () => recall(reader.uint8()), // BINGET
    0x6a: () => recall(reader.uint32()), // LONG_BINGET
    0x71: () => remember(reader.uint8()), // BINPUT
    0x72: () => remember(reader.uint32()), // LONG_BINPUT
    0x94: () => remember(memo.size), // MEMOIZE
    0x63: () => pushGlobal(reader.line(), reader.line()), // GLOBAL
    0x93: () => pushGlobal(...(popLast(2) as [unknown, unknown])), // STACK_GLOBAL
    0x51: () => push(persistent(pop())), // BINPERSID
    0x52: reduce, // REDUCE
    0x81: () => newObject(2), // NEWOBJ
    0x92: () => newObject(3), // NEWOBJ_EX
    0x62: build, // BUILD
  };

  for (;;) {
    const opcode = reader.uint8();
    if (opcode === 0x2e) return { value: pop(), end: begin + reader.position() };
    const step = run[opcode] ?? fail(`refused: its pickle uses opcode 0x${opcode.toString(16)}, which no state dict needs`);
    step();
  }
}

function isGlobal(value: unknown): value is Global {
  return typeof value === 'object' && value !== null && 'name' in value && !(value instanceof Opaque);
}
