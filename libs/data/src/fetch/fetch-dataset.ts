import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '@distillery/tensor';
import { z } from 'zod';
import { fileError, makeFolder, writeFileAtomic } from '../files';
import { isFolder } from '../image-folder';
import { withLock } from '../lock/file-lock';
import { download, isFileFailure } from './download';
import { parseJson, type FetchEntry } from './manifest';
import type { FetchFunction } from './request';
import { unzip } from './unzip';

/** How to fetch. */
export interface FetchOptions {
  /** JSON file that pins the sha256 of every archive at its first fetch. */
  readonly lockFile: string;
  /** Default: the global `fetch`. */
  readonly fetch?: FetchFunction;
  readonly signal?: AbortSignal;
  /** Milliseconds in which something must arrive; default a minute. */
  readonly timeoutMs?: number;
  /** Bytes so far, and of the whole archive if the server says. */
  readonly onProgress?: (bytes: number, total: number | null) => void;
  /** Told whom it waits for, if another process fetches the same archive. */
  readonly onWait?: (holder: string) => void;
}

/** What `fetchDataset` did. */
export interface Fetched {
  /** The folder that holds the images now. */
  readonly folder: string;
  /** `present`: the folder was there already, and nothing was fetched. */
  readonly status: 'fetched' | 'present';
  readonly files: number | null;
}

const TIMEOUT_MS = 60_000;

/**
 * Fetches an archive over https, checks its sha256 against the manifest or the lock file (or pins it there), unpacks it safely and
 * moves the images into place, all or nothing: a refusal leaves the data folder and the lock file as they were. What an interrupted download left, be it killed,
 * stays in a folder `.fetch-…` of the data folder, and the next fetch of the archive continues it. Of several processes that fetch one archive the others wait. Throws
 * UserError for anything but success: server, size, checksum, unsafe content, a disk that cannot be written.
 */
export async function fetchDataset(entry: FetchEntry, dataDir: string, options: FetchOptions): Promise<Fetched> {
  const folder = join(dataDir, entry.folder);
  if (isFolder(folder)) return { folder, status: 'present', files: null };
  await readLock(options.lockFile);
  const staging = join(dataDir, `.fetch-${createHash('sha256').update(entry.url).digest('hex').slice(0, 12)}`);
  const { signal, onWait } = options;
  const work = async (): Promise<Fetched> => {
    try {
      return await fetchInto(folder, staging, entry, options);
    } finally {
      // It stays if something is in it.
      await rmdir(staging).catch(() => undefined);
    }
  };
  try {
    return await withLock(`${staging}.lock`, work, { signal, ...(onWait && { onWait }) });
  } catch (error) {
    throw fileError('write to', dataDir, error);
  }
}

async function fetchInto(folder: string, staging: string, entry: FetchEntry, options: FetchOptions): Promise<Fetched> {
  // Another process may have fetched it meanwhile.
  if (isFolder(folder)) return { folder, status: 'present', files: null };
  const { lockFile, fetch: send = fetch, timeoutMs = TIMEOUT_MS, signal, onProgress } = options;
  const pinned = entry.sha256 ?? (await readLock(lockFile))[entry.url];
  const [archive, unpacked] = [join(staging, 'archive.zip'), join(staging, 'unpacked')];
  // Of an earlier attempt that was killed.
  await rm(unpacked, { recursive: true, force: true });
  makeFolder(staging);
  const sha256 = await download(entry.url, archive, {
    maxBytes: entry.maxBytes,
    fetch: send,
    timeoutMs,
    signal,
    ...(onProgress && { onProgress }),
  });
  // From here on either all of it is used or none; the archive stays if only the disk would not take it.
  let keepsArchive = false;
  try {
    if (pinned !== undefined && sha256 !== pinned) {
      const by = entry.sha256 === undefined ? lockFile : 'the manifest';
      throw new UserError(`${entry.url} has sha256 ${sha256}; expected ${pinned}, pinned by ${by}`);
    }
    await mkdir(unpacked);
    const files = await unzip(archive, unpacked, { folder: entry.archiveFolder, maxBytes: entry.maxUnpackedBytes });
    if (pinned === undefined) await pin(lockFile, entry.url, sha256);
    makeFolder(dirname(folder));
    await rename(join(unpacked, entry.archiveFolder), folder);
    return { folder, status: 'fetched', files };
  } catch (error) {
    const failure = fileError('write to', dirname(folder), error);
    keepsArchive = isFileFailure(failure);
    throw failure;
  } finally {
    await rm(keepsArchive ? unpacked : staging, { recursive: true, force: true });
  }
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
