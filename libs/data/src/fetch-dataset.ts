import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '@distillery/tensor';
import { z } from 'zod';
import { fileError, isFileError, writeFileAtomic } from './files';
import { isFolder } from './image-folder';
import { parseJson, type FetchEntry } from './manifest';
import { unzip } from './unzip';

/** The part of the global `fetch` that is used. */
export type FetchFunction = (url: string, init: { redirect: 'manual'; signal?: AbortSignal }) => Promise<Response>;

/** How to fetch. */
export interface FetchOptions {
  /** JSON file that pins the sha256 of every archive at its first fetch. */
  readonly lockFile: string;
  /** Default: the global `fetch`. */
  readonly fetch?: FetchFunction;
  readonly signal?: AbortSignal;
  /** Bytes so far, and of the whole archive if the server says. */
  readonly onProgress?: (bytes: number, total: number | null) => void;
}

/** What `fetchDataset` did. */
export interface Fetched {
  /** The folder that holds the images now. */
  readonly folder: string;
  /** `present`: the folder was there already, and nothing was fetched. */
  readonly status: 'fetched' | 'present';
  readonly files: number | null;
}

const MAX_REDIRECTS = 5;

/**
 * Fetches an archive over https, checks its sha256 against the manifest or the lock file (or pins it there), unpacks it safely and
 * moves the images into place, all or nothing: an interruption or refusal leaves the data folder and the lock file as they were.
 * Throws UserError for anything but success: server, size, checksum, unsafe content, a disk that cannot be written.
 */
export async function fetchDataset(entry: FetchEntry, dataDir: string, options: FetchOptions): Promise<Fetched> {
  const folder = join(dataDir, entry.folder);
  if (isFolder(folder)) return { folder, status: 'present', files: null };
  const pinned = entry.sha256 ?? (await readLock(options.lockFile))[entry.url];
  const staging = await createFolder(dataDir);
  try {
    const archive = join(staging, 'archive.zip');
    const sha256 = await download(entry, archive, options);
    if (pinned !== undefined && sha256 !== pinned) {
      const by = entry.sha256 === undefined ? options.lockFile : 'the manifest';
      throw new UserError(`${entry.url} has sha256 ${sha256}; expected ${pinned}, pinned by ${by}`);
    }
    const unpacked = join(staging, 'unpacked');
    await mkdir(unpacked);
    const files = await unzip(archive, unpacked, { folder: entry.archiveFolder, maxBytes: entry.maxUnpackedBytes });
    if (pinned === undefined) await pin(options.lockFile, entry.url, sha256);
    await mkdir(dirname(folder), { recursive: true });
    await rename(join(unpacked, entry.archiveFolder), folder);
    return { folder, status: 'fetched', files };
  } catch (error) {
    throw fileError('write to', dataDir, error);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function createFolder(dataDir: string): Promise<string> {
  try {
    await mkdir(dataDir, { recursive: true });
    return await mkdtemp(join(dataDir, '.fetch-'));
  } catch (error) {
    throw fileError('write to', dataDir, error);
  }
}

/** Writes the archive to `path` and returns its sha256. */
async function download(entry: FetchEntry, path: string, options: FetchOptions): Promise<string> {
  const response = await request(entry.url, options);
  const length = response.headers.get('content-length');
  const total = length === null ? null : Number(length);
  const tooLarge = new UserError(`${entry.url} is larger than ${entry.maxBytes} bytes, the limit of the manifest`);
  if (total !== null && total > entry.maxBytes) throw tooLarge;
  if (response.body === null) throw new UserError(`cannot fetch ${entry.url}: the answer is empty`);
  const hash = createHash('sha256');
  const meter = meterOf(hash, entry.maxBytes, tooLarge, (bytes) => options.onProgress?.(bytes, total));
  try {
    await pipeline(Readable.fromWeb(response.body), meter, createWriteStream(path, { flags: 'wx' }), { signal: options.signal });
  } catch (error) {
    throw networkError(entry.url, error);
  }
  return hash.digest('hex');
}

/** Follows redirects by hand: each step must be https. */
async function request(url: string, options: FetchOptions): Promise<Response> {
  const send: FetchFunction = options.fetch ?? fetch;
  let address = url;
  for (let step = 0; step <= MAX_REDIRECTS; step++) {
    if (new URL(address).protocol !== 'https:') throw new UserError(`cannot fetch ${url}: ${address} is not https`);
    const init = options.signal === undefined ? {} : { signal: options.signal };
    const response = await send(address, { redirect: 'manual', ...init }).catch((error: unknown) => {
      throw networkError(url, error);
    });
    const location = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && location !== null) {
      await response.body?.cancel();
      address = new URL(location, address).href;
      continue;
    }
    if (response.ok) return response;
    await response.body?.cancel();
    throw new UserError(`cannot fetch ${url}: the server answers ${response.status} ${response.statusText}`.trimEnd());
  }
  throw new UserError(`cannot fetch ${url}: more than ${MAX_REDIRECTS} redirects`);
}

function meterOf(hash: Hash, maxBytes: number, tooLarge: UserError, onBytes: (bytes: number) => void): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) return done(tooLarge);
      hash.update(chunk);
      onBytes(bytes);
      done(null, chunk);
    },
  });
}

/** The reason behind undici's bare "fetch failed" and "terminated"; errors of the file system pass through. */
function networkError(url: string, error: unknown): unknown {
  if (error instanceof UserError || isFileError(error) || !(error instanceof Error)) return error;
  if (error.name === 'AbortError') return new UserError(`cannot fetch ${url}: interrupted`, { cause: error });
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return new UserError(`cannot fetch ${url}: ${cause || error.message}`, { cause: error });
}

type Lock = Readonly<Record<string, string>>;

const lockSchema: z.ZodType<Lock> = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/, 'expected a sha256 of 64 hex digits'));

async function readLock(path: string): Promise<Lock> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw fileError('read lock file', path, error);
  }
  return parseJson(text, `lock file ${path}`, lockSchema);
}

async function pin(path: string, url: string, sha256: string): Promise<void> {
  const lock = { ...(await readLock(path)), [url]: sha256 };
  const sorted = Object.fromEntries(Object.entries(lock).sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeFileAtomic(path, `${JSON.stringify(sorted, null, 2)}\n`);
}
