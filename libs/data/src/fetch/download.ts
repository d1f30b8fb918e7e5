import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '@distillery/tensor';
import { z } from 'zod';
import { fileError, isFileError, writeFileAtomic } from '../files';
import { parseJson } from './manifest';
import { networkError, patience, request, type FetchFunction } from './request';

export interface DownloadOptions {
  readonly maxBytes: number;
  readonly fetch: FetchFunction;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds in which something must arrive. */
  readonly timeoutMs: number;
  /** Bytes so far, and of the whole file if the server says. */
  onProgress?(bytes: number, total: number | null): void;
}

/** What is known of a file of which a part is there: enough to see that the rest is of the same one. */
interface Part {
  readonly url: string;
  /** The server's mark of this version of the file: a strong ETag, else the time of its last change. */
  readonly mark: string;
  readonly total: number;
}

const partSchema: z.ZodType<Part> = z.strictObject({ url: z.string(), mark: z.string().min(1), total: z.int().positive() });

/**
 * Writes a file to `path` and returns its sha256. What an earlier attempt left there is completed if the server still has the same version and sends ranges,
 * else the file is fetched from its beginning. Throws UserError; what has arrived is kept if it can be continued (and the message says so), else removed.
 */
export async function download(url: string, path: string, options: DownloadOptions): Promise<string> {
  const waiting = patience(options.timeoutMs, options.signal);
  try {
    return await complete(url, path, options, waiting);
  } catch (error) {
    const failure = fileError('write', path, networkError(url, error, waiting.signal));
    const kept = await sizeOf(path);
    const part = await readPart(url, path);
    if (part !== null && kept > 0 && (isNetworkFailure(failure) || isFileFailure(failure))) {
      const message = `${failure.message} (${megabytes(kept)} of ${megabytes(part.total)} MB are kept, and the same command continues)`;
      throw new UserError(message, { cause: error });
    }
    await forget(path);
    throw failure;
  } finally {
    waiting.end();
  }
}

/** Removes what `download` left of a file. */
export async function forget(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(noteOf(path), { force: true });
}

/** The disk is full or cannot be written: what has arrived is as good as before. */
export function isFileFailure(error: unknown): error is UserError {
  return error instanceof UserError && isFileError(error.cause);
}

/** The server or the way to it failed, not the file. */
function isNetworkFailure(error: unknown): error is UserError {
  return error instanceof UserError && error.message.startsWith('cannot fetch');
}

async function complete(url: string, path: string, options: DownloadOptions, waiting: ReturnType<typeof patience>): Promise<string> {
  const { maxBytes, fetch: send, onProgress } = options;
  const tooLarge = new UserError(`${url} is larger than ${maxBytes} bytes, the limit of the manifest`);
  const part = await readPart(url, path);
  let from = part === null ? 0 : await sizeOf(path);
  if (part !== null && from === part.total) return (await hashOf(path)).digest('hex');
  const range = part !== null && from > 0 && from < part.total ? { range: `bytes=${from}-`, 'if-range': part.mark } : null;
  const response = await request(url, range ?? {}, send, waiting.signal);
  const continues =
    response.status === 206 && part !== null && response.headers.get('content-range') === `bytes ${from}-${part.total - 1}/${part.total}`;
  if (range !== null && !continues) {
    await forget(path);
    if (response.status !== 200) {
      await response.body?.cancel();
      return complete(url, path, options, waiting);
    }
  }
  if (!continues) from = 0;
  if (response.body === null) throw new UserError(`cannot fetch ${url}: the answer is empty`);
  const total = continues ? part.total : lengthOf(response);
  if (total !== null && total > maxBytes) throw tooLarge;
  if (!continues) await note(url, path, response, total);
  const hash = continues ? await hashOf(path) : createHash('sha256');
  const meter = meterOf(hash, from, maxBytes, tooLarge, (bytes) => {
    waiting.renew();
    onProgress?.(bytes, total);
  });
  const file = createWriteStream(path, { flags: continues ? 'a' : 'w' });
  await pipeline(Readable.fromWeb(response.body), meter, file, { signal: waiting.signal });
  if (total !== null && from + file.bytesWritten !== total)
    throw new UserError(`cannot fetch ${url}: ${from + file.bytesWritten} bytes have arrived of ${total}`);
  return hash.digest('hex');
}

function meterOf(hash: Hash, from: number, maxBytes: number, tooLarge: UserError, onBytes: (bytes: number) => void): Transform {
  let bytes = from;
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

const noteOf = (path: string): string => `${path}.json`;

/** Notes which version of the file arrives, if the server says enough to continue it. */
async function note(url: string, path: string, { headers }: Response, total: number | null): Promise<void> {
  await forget(path);
  const etag = headers.get('etag');
  const mark = etag !== null && !etag.startsWith('W/') ? etag : headers.get('last-modified');
  if (mark === null || total === null || total === 0 || headers.get('content-encoding') !== null) return;
  await writeFileAtomic(noteOf(path), `${JSON.stringify({ url, mark, total } satisfies Part)}\n`);
}

/** What the part at `path` is of; null if there is none that can be continued. */
async function readPart(url: string, path: string): Promise<Part | null> {
  const text = await readFile(noteOf(path), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const part = parseJson(text, noteOf(path), partSchema);
    return part.url === url && (await sizeOf(path)) <= part.total ? part : null;
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

function lengthOf(response: Response): number | null {
  const length = response.headers.get('content-length');
  return length !== null && /^\d+$/.test(length) && response.headers.get('content-encoding') === null ? Number(length) : null;
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

async function hashOf(path: string): Promise<Hash> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash;
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 3 : 0);
