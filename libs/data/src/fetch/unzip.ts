import { createWriteStream, existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { UserError } from '@distillery/tensor';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { isFileError, makeFolder } from '../files';

/** What an archive may contain. */
export interface UnzipLimits {
  /** Only files below this folder of the archive are unpacked. */
  readonly folder: string;
  /** Bytes that may be unpacked in all. */
  readonly maxBytes: number;
}

/** More files than any image dataset has in one archive. */
const MAX_FILES = 100_000;

/**
 * Unpacks a zip archive below `target`, an empty folder that exists, and returns the number of files. Refused are names that lead
 * outside (absolute, `..`, backslashes, drive letters), links, encrypted entries, names that occur twice, wrong sizes and checksums,
 * and more than `maxBytes`. Throws UserError; what was unpacked until then is left to the caller to remove.
 */
export async function unzip(archive: string, target: string, limits: UnzipLimits): Promise<number> {
  const refuse = (reason: string): UserError => new UserError(`archive ${basename(archive)} is refused: ${reason}`);
  try {
    const zip = await openPromise(archive, { lazyEntries: true, autoClose: true, strictFileNames: true });
    return await unpackEntries(zip, target, limits, refuse);
  } catch (error) {
    if (error instanceof UserError || isFileError(error)) throw error;
    throw refuse(error instanceof Error ? error.message : String(error));
  }
}

async function unpackEntries(zip: ZipFile, target: string, limits: UnzipLimits, refuse: (reason: string) => UserError): Promise<number> {
  if (zip.entryCount > MAX_FILES) throw refuse(`${zip.entryCount} entries; expected at most ${MAX_FILES}`);
  let files = 0;
  let bytes = 0;
  // yauzl itself rejects names that are absolute or lead upwards, and data whose size is not the declared one.
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/') || !entry.fileName.startsWith(`${limits.folder}/`)) continue;
    const path = join(target, entry.fileName);
    if (isLink(entry)) throw refuse(`${entry.fileName} is a link`);
    bytes += entry.uncompressedSize;
    if (bytes > limits.maxBytes) throw refuse(`it unpacks to more than ${limits.maxBytes} bytes`);
    // Also catches names that differ only in case where the file system does not tell them apart.
    if (existsSync(path)) throw refuse(`${entry.fileName} occurs twice`);
    makeFolder(dirname(path));
    const checksum = new Checksum();
    await pipeline(await zip.openReadStreamPromise(entry), checksum, createWriteStream(path, { flags: 'wx' }));
    if (checksum.value !== entry.crc32) throw refuse(`${entry.fileName} has the wrong checksum`);
    files++;
  }
  if (files === 0) throw refuse(`it has no files in ${limits.folder}/`);
  return files;
}

/** The upper half of the external attributes is the Unix mode; 0o120000 is a symbolic link. */
function isLink(entry: Entry): boolean {
  return ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000;
}

/** Passes data through, keeping its CRC-32. */
class Checksum extends Transform {
  value = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error: null, data: Buffer) => void): void {
    this.value = crc32(chunk, this.value);
    done(null, chunk);
  }
}
