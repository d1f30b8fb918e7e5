/**
 * Writes WebAssembly modules (core specification 2.0, sections 5.2 to 5.5), as much of the language as the numeric loops
 * beside this file need: functions over i32 parameters, i32 and v128 locals, counted loops, four-lane float arithmetic.
 */

/** A run of bytecode: an expression that leaves its value on the stack, or a statement. */
export type Code = readonly number[];

const I32 = 0x7f;
const V128 = 0x7b;
const SIMD = 0xfd;

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest !== 0);
  return bytes;
}

/** Signed LEB128. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const last = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(last ? low : low | 0x80);
    if (last) return bytes;
  }
}

/** A parameter or local variable. */
export interface Local {
  readonly get: Code;
  set(value: Code): Code;
}

function local(index: number): Local {
  return { get: [0x20, ...unsigned(index)], set: (value) => [...value, 0x21, ...unsigned(index)] };
}

/** Memory operands declare an alignment of 4 bytes: every address is that of a float. */
const memory = (offset: number): number[] => [2, ...unsigned(offset)];

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  add: (a: Code, b: Code): Code => [...a, ...b, 0x6a],
  mul: (a: Code, b: Code): Code => [...a, ...b, 0x6c],
  /** Four bytes at `to` = four bytes at `from`. */
  copy: (to: Code, from: Code): Code => [...to, ...from, 0x28, ...memory(0), 0x36, ...memory(0)],
  /** One byte at `to` = one byte at `from`. */
  copy8: (to: Code, from: Code): Code => [...to, ...from, 0x2d, 0, 0, 0x3a, 0, 0],
};

const simd = (opcode: number, ...immediates: number[]): number[] => [SIMD, ...unsigned(opcode), ...immediates];

export const f32x4 = {
  const: (value: number): Code => {
    const lane = new Uint8Array(new Float32Array([value]).buffer);
    return simd(12, ...lane, ...lane, ...lane, ...lane);
  },
  load: (address: Code, offset = 0): Code => [...address, ...simd(0, ...memory(offset))],
  /** One float to all four lanes. */
  loadSplat: (address: Code, offset = 0): Code => [...address, ...simd(9, ...memory(offset))],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...simd(11, ...memory(offset))],
  /** Sixteen bytes at `to` = sixteen bytes at `from`. */
  copy: (to: Code, from: Code): Code => f32x4.store(to, f32x4.load(from)),
  neg: (a: Code): Code => [...a, ...simd(225)],
  add: (a: Code, b: Code): Code => [...a, ...b, ...simd(228)],
  sub: (a: Code, b: Code): Code => [...a, ...b, ...simd(229)],
  mul: (a: Code, b: Code): Code => [...a, ...b, ...simd(230)],
};

/** variable += amount */
export function increase(variable: Local, amount: Local | number): Code {
  return variable.set(i32.add(variable.get, typeof amount === 'number' ? i32.const(amount) : amount.get));
}

/** while (counter != 0) { body; counter -= 1 } */
export function countDown(counter: Local, body: readonly Code[]): Code {
  const tee = [...i32.add(counter.get, i32.const(-1)), 0x22, ...counter.get.slice(1)];
  const loop = [0x03, 0x40, ...body.flat(), ...tee, 0x0d, 0, 0x0b];
  return [...counter.get, 0x04, 0x40, ...loop, 0x0b];
}

export interface WasmFunction {
  readonly parameters: number;
  /** Locals and instructions, as the code section holds them. */
  readonly body: Code;
}

/** A function over i32 parameters that returns nothing. `define` receives the parameters and makers of further locals, all zero at first. */
export function wasmFunction<P extends string>(
  parameters: readonly P[],
  define: (parameter: Record<P, Local>, make: { i32(): Local; v128(): Local }) => readonly Code[],
): WasmFunction {
  const types: number[] = [];
  const make = (type: number) => (): Local => local(parameters.length + types.push(type) - 1);
  const named = Object.fromEntries(parameters.map((name, i) => [name, local(i)])) as Record<P, Local>;
  const code = define(named, { i32: make(I32), v128: make(V128) }).flat();
  return { parameters: parameters.length, body: [...unsigned(types.length), ...types.flatMap((type) => [1, type]), ...code, 0x0b] };
}

/** A module that imports its memory as `host.memory` and exports `functions` under their names. */
export function assemble(functions: Readonly<Record<string, WasmFunction>>): Uint8Array {
  const entries = Object.entries(functions);
  const name = (text: string): number[] => [...unsigned(text.length), ...Array.from(text, (letter) => letter.charCodeAt(0))];
  const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content];
  const vector = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(entries.map(([, f]) => [0x60, ...vector(new Array<number[]>(f.parameters).fill([I32])), 0]))),
    ...section(2, vector([[...name('host'), ...name('memory'), 0x02, 0x00, 0]])),
    ...section(3, vector(entries.map((_, i) => unsigned(i)))),
    ...section(7, vector(entries.map(([key], i) => [...name(key), 0x00, ...unsigned(i)]))),
    ...section(10, vector(entries.map(([, f]) => [...unsigned(f.body.length), ...f.body]))),
  ]);
}
