import type { Image } from '@distillery/data';

/** A BMP file written by hand: 24 bits per pixel, or a palette of greys; rows from the bottom up unless told otherwise. */
export function bmpBytes({ width, height, channels, data }: Image, { topDown = false }: { readonly topDown?: boolean } = {}): Buffer {
  const palette = channels === 1 ? Buffer.from(Array.from({ length: 256 }, (_, i) => [i, i, i, 0]).flat()) : Buffer.alloc(0);
  const stride = 4 * Math.ceil((width * channels) / 4);
  const header = Buffer.alloc(54);
  header.write('BM', 'latin1');
  header.writeUInt32LE(54 + palette.length + stride * height, 2);
  header.writeUInt32LE(54 + palette.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(topDown ? -height : height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(8 * channels, 28);
  const rows = Array.from({ length: height }, (_, row) => {
    const y = topDown ? row : height - 1 - row;
    const pixels = Array.from({ length: width }, (_, x) =>
      [...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels)].reverse(),
    );
    return Buffer.concat([Buffer.from(pixels.flat())], stride);
  });
  return Buffer.concat([header, palette, ...rows]);
}
