import { decode } from '@cwasm/nsbmp';

/** Whether bytes start as a BMP file does. */
export function isBmp(bytes: Uint8Array): boolean {
  return bytes[0] === 0x42 && bytes[1] === 0x4d;
}

/** The size of a BMP from its header; null if the file ends within it. A negative height means rows from top to bottom. */
export function bmpSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | null {
  if (bytes.byteLength < 26) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // The header of OS/2 has 12 bytes and sizes of 16 bits.
  if (view.getUint32(14, true) === 12) return { width: view.getUint16(18, true), height: view.getUint16(20, true) };
  return { width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
}

/**
 * The pixels of a BMP as RGBA, 8 bits each. libnsbmp (NetSurf's decoder, as WebAssembly) does it: of the decoders on npm it alone reads palettes, bit
 * fields and rows in either order right, and refuses every truncated file. Throws Error for what it cannot read.
 */
export function decodeBmp(bytes: Uint8Array): { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray } {
  return decode(bytes);
}
