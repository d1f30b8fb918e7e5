import { crc32, deflateSync } from 'node:zlib';

/** The description inside an ICC profile (`sRGB IEC61966-2.1`), or an empty string. Source: ICC.1:2022, tags `desc` of types `desc` and `mluc`. */
export function profileName(profile: Uint8Array): string {
  const bytes = Buffer.from(profile.buffer, profile.byteOffset, profile.byteLength);
  if (bytes.length < 132) return '';
  const tags = bytes.readUInt32BE(128);
  for (let tag = 0, at = 132; tag < tags && at + 12 <= bytes.length; tag++, at += 12) {
    if (bytes.toString('latin1', at, at + 4) !== 'desc') continue;
    const offset = bytes.readUInt32BE(at + 4);
    const text = bytes.subarray(offset, offset + bytes.readUInt32BE(at + 8));
    // Both kinds hold plain ASCII, one a byte and one two bytes per letter.
    return text
      .subarray(text.toString('latin1', 0, 4) === 'mluc' ? 28 : 12)
      .toString('latin1')
      .replace(/\0/g, '')
      .trim();
  }
  return '';
}

/** Whether a profile is sRGB by its description, or of a grey image: there values mean what the field takes them to mean. */
export function isStandard(profile: Uint8Array): boolean {
  return /sRGB|grey|gray|IEC\s?61966-2-?\.?1/i.test(profileName(profile));
}

/** A PNG with the profile in it: chunk `iCCP` after the header. The pixels stay as they are. */
export function pngWithProfile(png: Uint8Array, profile: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from('iCCPICC profile\0\0', 'latin1'), deflateSync(profile)]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  // The signature has 8 bytes and IHDR, which comes first, 25.
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}

/** What an APP2 segment holds at most, besides its own length and the 14 bytes that name it. */
const SEGMENT_BYTES = 65_519;

/** A JPEG with the profile in it: segments APP2 after the start of the image. The pixels stay as they are. */
export function jpegWithProfile(jpeg: Uint8Array, profile: Uint8Array): Buffer {
  const count = Math.ceil(profile.byteLength / SEGMENT_BYTES);
  const segments = Array.from({ length: count }, (_, i) => {
    const part = profile.subarray(i * SEGMENT_BYTES, (i + 1) * SEGMENT_BYTES);
    const head = Buffer.from([0xff, 0xe2, 0, 0, ...Buffer.from('ICC_PROFILE\0', 'latin1'), i + 1, count]);
    head.writeUInt16BE(head.length - 2 + part.length, 2);
    return Buffer.concat([head, part]);
  });
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

/** What an entry of a TIFF's directory takes, bytes. */
const ENTRY_BYTES = 12;

/**
 * A TIFF of one page, as libtiff writes it (little-endian), with the profile in it: tag 34675 in a directory that is written anew behind the rest. The pixels stay as they are.
 * Source: TIFF 6.0, section 2; ICC.1:2022, annex B.
 */
export function tiffWithProfile(tiff: Uint8Array, profile: Uint8Array): Buffer {
  const file = Buffer.from(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (file.toString('latin1', 0, 4) !== 'II*\0') throw new Error('expected a little-endian TIFF');
  const directory = file.readUInt32LE(4);
  const count = file.readUInt16LE(directory);
  const entry = Buffer.alloc(ENTRY_BYTES);
  // Offsets are even.
  const at = file.length + (file.length % 2);
  entry.writeUInt16LE(34_675, 0);
  entry.writeUInt16LE(7, 2);
  entry.writeUInt32LE(profile.byteLength, 4);
  entry.writeUInt32LE(at, 8);
  const entries = Array.from({ length: count }, (_, i) =>
    file.subarray(directory + 2 + i * ENTRY_BYTES, directory + 2 + (i + 1) * ENTRY_BYTES),
  );
  const sorted = [...entries, entry].sort((a, b) => a.readUInt16LE(0) - b.readUInt16LE(0));
  const head = Buffer.from(file.subarray(0, 8));
  const moved = at + profile.byteLength + (profile.byteLength % 2);
  head.writeUInt32LE(moved, 4);
  const number = Buffer.alloc(2);
  number.writeUInt16LE(count + 1);
  const padding = (length: number): Buffer => Buffer.alloc(length % 2);
  return Buffer.concat([
    head,
    file.subarray(8),
    padding(file.length),
    profile,
    padding(profile.byteLength),
    number,
    ...sorted,
    Buffer.alloc(4),
  ]);
}
