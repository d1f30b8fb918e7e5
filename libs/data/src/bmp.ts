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

/** Whether the header says which bits of a pixel are alpha: from version 3 on it can. Without that the fourth byte means nothing. */
export function bmpHasAlpha(bytes: Uint8Array): boolean {
  if (bytes.byteLength < 70) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [headerSize, compression, alphaMask] = [view.getUint32(14, true), view.getUint32(30, true), view.getUint32(66, true)];
  return headerSize >= 56 && (compression === 3 || compression === 6) && alphaMask !== 0;
}

/**
 * The pixels of a BMP as RGBA, 8 bits each. libnsbmp (NetSurf's decoder, as WebAssembly) does it: of the decoders on npm it alone reads palettes, bit
 * fields and rows in either order right, and refuses every truncated file. Throws Error for what it cannot read.
 */
export function decodeBmp(bytes: Uint8Array): { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray } {
  return decode(bytes);
}
