/* eslint-disable no-control-regex -- Control characters tell binary files from text. */
/** Archives by their first bytes, in Latin-1. A zip archive is missing here: PyTorch's files are some. */
const ARCHIVES: readonly (readonly [start: string, what: string])[] = [
  ['\x1f\x8b', 'a gzip archive: unpack it first (gunzip)'],
  ['7z\xbc\xaf', 'a 7z archive: unpack it first'],
  ['Rar!', 'a RAR archive: unpack it first'],
  ['BZh', 'a bzip2 archive: unpack it first'],
  ['\xfd7zXZ', 'an xz archive: unpack it first'],
  ['(\xb5/\xfd', 'a zstd archive: unpack it first'],
];

/** Other formats by their first bytes. Those of images that can be read are missing. */
const FORMATS: readonly (readonly [start: RegExp, what: string])[] = [
  [/^%PDF-/, 'a PDF'],
  [/^GIF8[79]a/, 'a GIF image'],
  [/^\0\0\0\x0cjP {2}|^\xff\x4f\xff\x51/, 'a JPEG 2000 image'],
  [/^\xff\x0a|^\0\0\0\x0cJXL /, 'a JPEG XL image'],
  [/^.{4}ftyp(?:hei|hev|mif1|msf1)/s, 'an image of HEIF'],
  [/^.{4}ftypavi/s, 'an AVIF image'],
  [/^.{4}ftyp/s, 'a video'],
  [/^8BPS/, 'an image of Photoshop'],
  [/^v\/1\x01/, 'an OpenEXR image'],
  [/^#\?RADIANCE/, 'a Radiance HDR image'],
  [/^P[1-7]\s+[\d#W]/, 'a PNM image'],
];

/**
 * What a file is, by its first bytes, that was saved under a name that promises an image or weights; null for a file that may be either, or is of no known kind. Browsers
 * and git save the answer of a server, or a pointer, under the name that was asked for.
 */
export function foreignFile(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 4096));
  const latin = start.toString('latin1');
  const text = textOf(start);
  if (text !== null && /^\s*(?:<!doctype html|<html|<head|<body)/i.test(text))
    return 'an HTML page: the download asked for a login or a confirmation, which a browser has to give';
  if (text?.startsWith('version https://git-lfs'))
    return 'a pointer of git LFS, not the file that it stands for: fetch that with git lfs pull';
  const known = ARCHIVES.find(([first]) => latin.startsWith(first))?.[1] ?? FORMATS.find(([first]) => first.test(latin))?.[1];
  if (known !== undefined) return known;
  if (latin.slice(257, 262) === 'ustar') return 'a tar archive: unpack it first';
  if (start.length > 64 && start.every((byte) => byte === 0)) return 'nothing but zeros: the download was not finished, or the disk failed';
  return text === null ? null : describeText(text);
}

/** Whether bytes begin as a zip archive does: as PyTorch's files are, such a file is foreign to some readers only. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/** A file's start as text; null if it is none: text has no control characters. A character at the end may be cut off. */
function textOf(start: Buffer): string | null {
  const wide = start[0] === 0xff && start[1] === 0xfe;
  const text = new TextDecoder(wide ? 'utf-16le' : 'utf-8').decode(start);
  return /[\0-\x08\x0e-\x1a\x1c-\x1f]|\ufffd(?!$)/.test(text) || text.trim() === '' ? null : text;
}

function describeText(text: string): string {
  const first = JSON.stringify(
    text
      .trim()
      .split(/[\r\n]/, 1)[0]
      ?.slice(0, 60),
  );
  const xml = /^\s*<\?xml|^\s*<Error>/.test(text);
  if (/<svg[\s>]/.test(text)) return 'an SVG drawing';
  return xml ? 'an XML text, as servers answer with an error' : `a text that begins with ${first}`;
}
