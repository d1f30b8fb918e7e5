import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { assemble } from './assembler';
import { rowsTimesPanels, transposedTimesPanels } from './matrix-product';
import { stridedCopyLoops } from './strided-copy-loops';
import { tileTransform } from './tile-transform';
import { transposed, WINOGRAD } from '../../winograd-matrices';

const { BT, G, AT } = WINOGRAD[2];

/** The loops this library adds to tfjs' WebAssembly backend, by name. Each takes addresses and strides in bytes, and counts. */
const FUNCTIONS = {
  copyBytes: stridedCopyLoops(1),
  copyWords: stridedCopyLoops(4),
  copyVectors: stridedCopyLoops(16),
  rowsTimesPanel: rowsTimesPanels(1),
  rowsTimesPanelPairs: rowsTimesPanels(2),
  transposedTimesPanel: transposedTimesPanels(1),
  transposedTimesPanelPairs: transposedTimesPanels(2),
  transformInput: tileTransform(BT),
  transformKernel: tileTransform(G),
  transformOutput: tileTransform(AT),
  transformOutputGradient: tileTransform(transposed(AT)),
  transformKernelGradient: tileTransform(transposed(G)),
};

export type Routines = Readonly<Record<keyof typeof FUNCTIONS, (...parameters: number[]) => void>>;

/** What the routines need of the Emscripten module behind the backend; its own declarations leave these out. */
interface EmscriptenHeap {
  readonly HEAPU8: Uint8Array;
  readonly asm: { readonly memory: object };
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** The backend's memory with this library's routines running on it. */
export interface WasmHeap {
  readonly routines: Routines;
  addressOf(tensor: TensorInfo): number;
  /** Calls `use` with the addresses of buffers of so many floats, uninitialised, and frees them afterwards. */
  withBuffers<const N extends readonly number[]>(floats: N, use: (...addresses: { [K in keyof N]: number }) => void): void;
  /** The floats at `address`; valid until something is allocated. */
  floats(address: number, count: number): Float32Array;
  copy(to: number, from: number, bytes: number): void;
  clear(address: number, bytes: number): void;
}

/** The part of the WebAssembly interface used here; Node has it, TypeScript declares it for browsers only. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object;
    Instance: new (module: object, imports: { host: { memory: object } }) => { readonly exports: object };
  };
};

const heaps = new WeakMap<BackendWasm, WasmHeap>();

export function heapOf(backend: BackendWasm): WasmHeap {
  const known = heaps.get(backend);
  if (known) return known;
  const host = backend.wasm as unknown as EmscriptenHeap;
  const instance = new WebAssembly.Instance(new WebAssembly.Module(assemble(FUNCTIONS)), { host: { memory: host.asm.memory } });
  const heap: WasmHeap = {
    routines: instance.exports as Routines,
    addressOf: (tensor) => backend.getMemoryOffset(tensor.dataId),
    withBuffers(floats, use) {
      const addresses = floats.map((count) => host._malloc(4 * count) >>> 0);
      try {
        if (addresses.includes(0)) throw new Error(`wasm heap is full: no room for ${4 * Math.max(...floats)} bytes`);
        use(...(addresses as { [K in keyof typeof floats]: number }));
      } finally {
        for (const address of addresses) host._free(address);
      }
    },
    floats: (address, count) => new Float32Array(host.HEAPU8.buffer, address, count),
    // HEAPU8 is replaced when the memory grows, so it is read anew each time.
    copy: (to, from, bytes) => void host.HEAPU8.copyWithin(to, from, from + bytes),
    clear: (address, bytes) => void host.HEAPU8.fill(0, address, address + bytes),
  };
  heaps.set(backend, heap);
  return heap;
}
