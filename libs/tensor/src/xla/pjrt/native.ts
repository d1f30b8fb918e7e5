import { createRequire } from 'node:module';
import type * as Koffi from 'koffi' with { 'resolution-mode': 'import' };
import { UserError } from '../../user-error';

let loaded: typeof Koffi | undefined;

/** What koffi offers at most: a compiler needs more than the few kilobytes that are usual. */
const STACK_BYTES = 16 * 2 ** 20;

/** koffi, which calls native functions; loaded on first use. Throws UserError where it is missing or has no build for this machine. */
export function koffi(): typeof Koffi {
  if (loaded) return loaded;
  try {
    loaded = createRequire(__filename)('koffi') as typeof Koffi;
    loaded.config({ sync_stack_size: STACK_BYTES, async_stack_size: STACK_BYTES });
    return loaded;
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new UserError(`engines 'xla:...': koffi cannot be loaded here (${reason}); npm install koffi`);
  }
}

/** Memory outside JavaScript's heap, zeroed, at an address that stays. */
export class NativeMemory {
  readonly address: bigint;
  readonly buffer: ArrayBuffer;

  constructor(readonly byteLength: number) {
    // Some plugins read eight bytes even of nothing.
    const size = Math.max(8, byteLength);
    this.address = koffi().alloc('uint8_t', size) as bigint;
    this.buffer = koffi().view(this.address, size);
    new Uint8Array(this.buffer).fill(0);
  }

  free(): void {
    koffi().free(this.address);
  }
}

/** A list of addresses in native memory. */
export class PointerList {
  private readonly memory: NativeMemory;
  private readonly pointers: BigUint64Array;

  constructor(readonly length: number) {
    this.memory = new NativeMemory(8 * length);
    this.pointers = new BigUint64Array(this.memory.buffer, 0, Math.max(1, length));
  }

  get address(): bigint {
    return this.memory.address;
  }

  get(i: number): bigint {
    return this.pointers[i] as bigint;
  }

  set(i: number, pointer: bigint): void {
    this.pointers[i] = pointer;
  }

  free(): void {
    this.memory.free();
  }
}

/** A copy of `length` bytes at an address. */
export function bytesAt(address: bigint, length: number): Uint8Array {
  return length === 0 ? new Uint8Array(0) : new Uint8Array(koffi().view(address, length)).slice();
}

export function textAt(address: bigint, length: number): string {
  return Buffer.from(bytesAt(address, length)).toString();
}

/** Bytes in native memory, for the length of a call. */
export function nativeCopy(bytes: Uint8Array): NativeMemory {
  const memory = new NativeMemory(bytes.byteLength);
  new Uint8Array(memory.buffer).set(bytes);
  return memory;
}

/** Calls a function that takes an address and returns nothing. */
export function callVoid(address: bigint, argument: bigint): void {
  koffi().call(address, koffi().proto('void', ['void *']), argument);
}
