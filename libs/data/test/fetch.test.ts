import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  DATA_MANIFEST,
  fetchDataset,
  KNOWN_DATASETS,
  parseManifest,
  type Fetched,
  type FetchEntry,
  type FetchOptions,
} from '@distillery/data';
import { UserError } from '@distillery/tensor';
import { zipBytes, type ZipFileSpec } from './zip-bytes';

const FILES: ZipFileSpec[] = [
  { name: 'Set/', content: '' },
  { name: 'Set/HR/a.png', content: 'first' },
  { name: 'Set/HR/deeper/b.png', content: 'second '.repeat(500) },
  { name: 'elsewhere/c.png', content: 'not asked for' },
];
const ENTRY: FetchEntry = {
  name: 'Set',
  url: 'https://data.example/set.zip',
  archiveFolder: 'Set/HR',
  folder: 'train/Set/HR',
  maxBytes: 10_000,
  maxUnpackedBytes: 10_000,
  licence: 'test',
};

let answer: (response: ServerResponse, url: string, headers: IncomingHttpHeaders) => void;
let server: Server;
let folder = '';
let lockFile = '';

beforeAll(async () => {
  server = createServer((request, response) => answer(response, request.url ?? '', request.headers));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distillery-fetch-'));
  lockFile = join(folder, 'lock.json');
});
afterEach(async () => rm(folder, { recursive: true }));

/** Fetches from the local server in place of https://data.example. */
function get(entry: FetchEntry = ENTRY, options: Partial<FetchOptions> = {}): Promise<Fetched> {
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return fetchDataset(entry, folder, {
    lockFile,
    fetch: (url, init) => fetch(url.replace('https://data.example', origin), init),
    ...options,
  });
}

function serve(archive: Uint8Array, headers: Record<string, string> = {}): void {
  answer = (response) => response.writeHead(200, { 'content-length': archive.length, ...headers }).end(archive);
}

/** The fetch must be refused with one line that contains `reason`, and must leave nothing but what was there. */
async function refused(attempt: Promise<unknown>, reason: string, remaining: readonly string[] = []): Promise<void> {
  const error: unknown = await attempt.then(
    () => 'fetched',
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toContain(reason);
  expect((error as UserError).message).not.toContain('\n');
  expect(await readdir(folder)).toEqual(remaining);
}

describe('fetchDataset', () => {
  it('unpacks the wanted folder into place and pins the sha256', async () => {
    const archive = zipBytes(FILES);
    serve(archive);
    const progress: [number, number | null][] = [];
    const result = await get(ENTRY, { onProgress: (bytes, total) => progress.push([bytes, total]) });
    expect(result).toEqual({ folder: join(folder, 'train/Set/HR'), status: 'fetched', files: 2 });
    expect(await readFile(join(folder, 'train/Set/HR/a.png'), 'utf8')).toBe('first');
    expect(await readFile(join(folder, 'train/Set/HR/deeper/b.png'), 'utf8')).toBe('second '.repeat(500));
    expect((await readdir(folder)).sort()).toEqual(['lock.json', 'train']);
    const sha256 = createHash('sha256').update(archive).digest('hex');
    expect(JSON.parse(await readFile(lockFile, 'utf8'))).toEqual({ [ENTRY.url]: sha256 });
    expect(progress.at(-1)).toEqual([archive.length, archive.length]);
  });

  it('fetches nothing when the folder is there', async () => {
    await mkdir(join(folder, 'train/Set/HR'), { recursive: true });
    answer = () => expect.unreachable('asked the server');
    expect(await get()).toEqual({ folder: join(folder, 'train/Set/HR'), status: 'present', files: null });
  });

  it('keeps other pins, accepts a matching one and refuses another archive at the same address', async () => {
    const archive = zipBytes(FILES);
    const sha256 = createHash('sha256').update(archive).digest('hex');
    await writeFile(lockFile, JSON.stringify({ 'https://z.example': 'f'.repeat(64), [ENTRY.url]: sha256 }));
    serve(zipBytes([...FILES, { name: 'Set/HR/evil.png', content: 'x' }]));
    await refused(get(), `expected ${sha256}, pinned by ${lockFile}`, ['lock.json']);
    serve(archive);
    expect((await get()).status).toBe('fetched');
    expect(JSON.parse(await readFile(lockFile, 'utf8'))).toEqual({ 'https://z.example': 'f'.repeat(64), [ENTRY.url]: sha256 });
  });

  it("refuses an archive that is not the manifest's", async () => {
    serve(zipBytes(FILES));
    await refused(get({ ...ENTRY, sha256: '0'.repeat(64) }), `expected ${'0'.repeat(64)}, pinned by the manifest`);
  });

  it('refuses a corrupt lock file before asking the server', async () => {
    await writeFile(lockFile, '{"https://data.example/set.zip": "short"}');
    answer = () => expect.unreachable('asked the server');
    await refused(get(), 'expected a sha256 of 64 hex digits', ['lock.json']);
    await writeFile(lockFile, '{');
    await refused(get(), `lock file ${lockFile} is no JSON`, ['lock.json']);
  });

  it('refuses what is larger than the limit, announced or not', async () => {
    const large = zipBytes([{ name: 'Set/HR/a.png', content: createHash('sha512').update('x').digest('hex').repeat(200) }]);
    const entry = { ...ENTRY, maxBytes: large.length - 1 };
    serve(large);
    await refused(get(entry), `is larger than ${entry.maxBytes} bytes`);
    answer = (response) => {
      response.writeHead(200);
      response.write(large.subarray(0, 100));
      response.end(large.subarray(100));
    };
    await refused(get(entry), `is larger than ${entry.maxBytes} bytes`);
  });

  it('leaves nothing of a download that breaks off', async () => {
    const archive = zipBytes(FILES);
    answer = (response) => {
      response.writeHead(200, { 'content-length': archive.length });
      response.write(archive.subarray(0, 200), () => response.destroy());
    };
    await refused(get(), `cannot fetch ${ENTRY.url}: `);
  });

  it('leaves nothing when it is interrupted', async () => {
    const abort = new AbortController();
    answer = (response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('PK', () => setTimeout(() => abort.abort(), 20));
    };
    await refused(get(ENTRY, { signal: abort.signal }), 'interrupted');
  });

  it('names what the server answers, and a server that does not', async () => {
    answer = (response) => response.writeHead(404).end();
    await refused(get(), `cannot fetch ${ENTRY.url}: the server answers 404 Not Found`);
    const unreachable = async (): Promise<never> => {
      throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND data.example') });
    };
    await refused(get(ENTRY, { fetch: unreachable }), `cannot fetch ${ENTRY.url}: getaddrinfo ENOTFOUND data.example`);
  });

  it('follows redirects over https only, and not for ever', async () => {
    const archive = zipBytes(FILES);
    const redirect = (response: ServerResponse, location: string): unknown => response.writeHead(302, { location }).end();
    answer = (response, url) => (url === '/moved.zip' ? response.writeHead(200).end(archive) : redirect(response, '/moved.zip'));
    expect((await get()).status).toBe('fetched');
    await rm(join(folder, 'train'), { recursive: true });
    answer = (response) => redirect(response, 'http://data.example/set.zip');
    await refused(get(), 'http://data.example/set.zip is not https', ['lock.json']);
    answer = (response) => redirect(response, '/again');
    await refused(get(), 'more than 5 redirects', ['lock.json']);
    for (const location of ['https://', 'http://[bad', 'https://data.example:port/']) {
      answer = (response) => redirect(response, location);
      await refused(get(), `the server redirects to '${location}', which is no address`, ['lock.json']);
    }
    answer = (response) => redirect(response, 'file:///etc/passwd');
    await refused(get(), 'file:///etc/passwd is not https', ['lock.json']);
    await refused(get({ ...ENTRY, url: 'http://data.example/set.zip' }), 'is not https', ['lock.json']);
  });
});

describe('a download that breaks off', () => {
  const archive = zipBytes(FILES);
  const mark = { etag: '"one"' };
  const STAGING = `.fetch-${createHash('sha256').update(ENTRY.url).digest('hex').slice(0, 12)}`;

  /** Hangs up once so many bytes are on the client's disk. */
  function hangUp(response: ServerResponse, bytes: number): void {
    const part = statSync(join(folder, STAGING, 'archive.zip'), { throwIfNoEntry: false });
    if ((part?.size ?? 0) >= bytes) response.destroy();
    else setTimeout(() => hangUp(response, bytes), 10);
  }

  /** A server that knows ranges; it sends so many bytes of an answer and then hangs up, or is silent. */
  function serveRanges(
    bytes: Uint8Array,
    headers: Record<string, string>,
    most = Infinity,
    then: 'hang up' | 'silence' = 'hang up',
  ): string[] {
    const asked: string[] = [];
    answer = (response, _, { range, 'if-range': ifRange }) => {
      asked.push(range ?? 'all');
      const same = ifRange === (headers.etag ?? headers['last-modified']);
      const from = range !== undefined && same ? Number(/\d+/.exec(range)?.[0]) : 0;
      const part = bytes.subarray(from);
      const length = { 'content-length': part.length };
      if (from === 0) response.writeHead(200, { ...headers, ...length });
      else response.writeHead(206, { ...headers, ...length, 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` });
      if (part.length <= most) response.end(part);
      else response.write(part.subarray(0, most), () => then === 'hang up' && hangUp(response, from + most));
    };
    return asked;
  }

  it.each([
    ['ETag', mark],
    ['time of last change', { 'last-modified': 'Wed, 21 Oct 2015 07:28:00 GMT' }],
  ])('is continued where it was, by the %s of the server', async (_, headers) => {
    const asked = serveRanges(archive, headers, 150);
    await refused(get(), `(0.000 of ${(archive.length / 1e6).toFixed(3)} MB are kept, and the same command continues)`, [STAGING]);
    await refused(get(), 'are kept', [STAGING]);
    const last = serveRanges(archive, headers);
    const progress: number[] = [];
    expect((await get(ENTRY, { onProgress: (bytes) => progress.push(bytes) })).files).toBe(2);
    expect([...asked, ...last]).toEqual(['all', 'bytes=150-', 'bytes=300-']);
    expect(progress[0]).toBeGreaterThan(300);
    expect((await readdir(folder)).sort()).toEqual(['lock.json', 'train']);
    const sha256 = createHash('sha256').update(archive).digest('hex');
    expect(JSON.parse(await readFile(lockFile, 'utf8'))).toEqual({ [ENTRY.url]: sha256 });
  });

  it('begins anew where the file on the server is another one by now, or the server knows no ranges', async () => {
    serveRanges(Buffer.from('something else '.repeat(50)), mark, 150);
    await refused(get(), 'are kept', [STAGING]);
    serveRanges(archive, { etag: '"two"' });
    expect((await get()).status).toBe('fetched');
    await rm(join(folder, 'train'), { recursive: true });
    serveRanges(archive, mark, 150);
    await refused(get(), 'are kept', [STAGING, 'lock.json']);
    answer = (response, _, { range }) => (range === undefined ? response.writeHead(200).end(archive) : response.writeHead(416).end());
    expect((await get()).status).toBe('fetched');
  });

  it('does not continue with a range that it did not ask for', async () => {
    serveRanges(archive, mark, 150);
    await refused(get(), 'are kept', [STAGING]);
    answer = (response, _, { range }) => {
      if (range === undefined) response.writeHead(200).end(archive);
      else response.writeHead(206, { 'content-range': `bytes 10-${archive.length - 1}/${archive.length}` }).end(archive.subarray(10));
    };
    expect((await get()).status).toBe('fetched');
  });

  it('ends when nothing arrives any more, before the answer and in the middle of it', async () => {
    answer = () => undefined;
    await refused(get(ENTRY, { timeoutMs: 200 }), `cannot fetch ${ENTRY.url}: nothing has arrived for 0.2 seconds`);
    serveRanges(archive, mark, 150, 'silence');
    await refused(get(ENTRY, { timeoutMs: 2000 }), 'nothing has arrived for', [STAGING]);
  });

  it('leaves nothing behind after a kill once the next fetch has ended', { timeout: 60_000 }, async () => {
    serveRanges(archive, mark, 150, 'silence');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const script = `
      const { fetchDataset } = require(${JSON.stringify(join(__dirname, '../dist/index.js'))});
      const send = (url, init) => fetch(url.replace('https://data.example', ${JSON.stringify(origin)}), init);
      const onProgress = () => setTimeout(() => process.kill(process.pid, 'SIGKILL'), 500);
      fetchDataset(${JSON.stringify(ENTRY)}, ${JSON.stringify(folder)}, { lockFile: ${JSON.stringify(lockFile)}, fetch: send, onProgress });`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'inherit'] });
    expect(await new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))).toBe('SIGKILL');
    await mkdir(join(folder, STAGING, 'unpacked'));
    const asked = serveRanges(archive, mark);
    expect((await get()).status).toBe('fetched');
    expect(asked).toEqual(['bytes=150-']);
    expect((await readdir(folder)).sort()).toEqual(['lock.json', 'train']);
  });

  it('is fetched once by two that want it at the same time', async () => {
    serve(archive);
    const both = await Promise.all([get(), get()]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fetched', 'present']);
  });
});

describe('unsafe archives', () => {
  const cases: [string, ZipFileSpec[], string][] = [
    ['a name that leads upwards', [{ name: 'Set/HR/../../../../evil.png', content: 'x' }], 'invalid relative path'],
    ['an absolute name', [{ name: '/tmp/evil.png', content: 'x' }], 'absolute path'],
    ['a drive letter', [{ name: 'C:/evil.png', content: 'x' }], 'absolute path'],
    ['backslashes', [{ name: 'Set\\HR\\..\\evil.png', content: 'x' }], 'invalid characters'],
    ['a symbolic link', [{ name: 'Set/HR/a.png', content: '/etc/passwd', unixMode: 0o120777 }], 'Set/HR/a.png is a link'],
    ['a name that occurs twice', [FILES[1] as ZipFileSpec, { name: 'Set/HR/a.png', content: 'other' }], 'Set/HR/a.png occurs twice'],
    ['more than it may unpack to', [{ name: 'Set/HR/a.png', content: '0'.repeat(10_001) }], 'it unpacks to more than 10000 bytes'],
    ['more data than it declares', [{ name: 'Set/HR/a.png', content: '0'.repeat(9000), size: 10 }], 'too many bytes'],
    ['a wrong checksum', [{ name: 'Set/HR/a.png', content: 'x', crc: 1 }], 'Set/HR/a.png has the wrong checksum'],
    ['none of the wanted files', [{ name: 'Other/a.png', content: 'x' }], 'it has no files in Set/HR/'],
  ];

  it.each(cases)('are refused and leave nothing: %s', async (_, files, reason) => {
    serve(zipBytes(files));
    await refused(get(), reason);
    expect(existsSync(join(folder, '..', 'evil.png'))).toBe(false);
  });

  it.each([
    ['text', Buffer.from('no archive at all, but a page that says so')],
    ['an archive cut short', zipBytes(FILES).subarray(0, -30)],
  ])('are refused and leave nothing: %s', async (_, bytes) => {
    serve(bytes);
    await refused(get(), 'archive archive.zip is refused');
  });
});

describe('manifests', () => {
  it('are read and checked', () => {
    expect(parseManifest(JSON.stringify([ENTRY]), 'm.json')).toEqual([ENTRY]);
    expect(() => parseManifest('[', 'm.json')).toThrow('m.json is no JSON');
    expect(() => parseManifest(JSON.stringify([{ ...ENTRY, url: 'http://data.example/a.zip' }]), 'm.json')).toThrow(
      'm.json: 0.url: expected an https address',
    );
    for (const path of ['../up', '/absolute', 'a/../b', 'a//b', 'a\\b', '']) {
      expect(() => parseManifest(JSON.stringify([{ ...ENTRY, folder: path }]), 'm.json'), path).toThrow('m.json: 0.folder: expected a');
    }
    expect(() => parseManifest(JSON.stringify([{ ...ENTRY, maxBytes: -1 }]), 'm.json')).toThrow('m.json: 0.maxBytes');
    expect(() => parseManifest(JSON.stringify([{ ...ENTRY, surprise: 1 }]), 'm.json')).toThrow(UserError);
  });

  it("put DIV2K where the known datasets look for it, from its publisher's site", () => {
    expect(parseManifest(JSON.stringify(DATA_MANIFEST), 'built in')).toEqual(DATA_MANIFEST);
    const folders = DATA_MANIFEST.map((entry) => entry.folder);
    const expected = (['DIV2K', 'DIV2K-valid'] as const).flatMap((name) => {
      const { hr, lr } = KNOWN_DATASETS[name];
      const folderOf = (pattern: string): string => pattern.slice(0, pattern.lastIndexOf('/'));
      return [folderOf(hr[0]), ...[2, 3, 4].map((scale) => folderOf(lr).replace('{scale}', String(scale)))];
    });
    expect(folders).toEqual(expected);
    expect(DATA_MANIFEST[1]?.url).toBe('https://data.vision.ee.ethz.ch/cvl/DIV2K/DIV2K_train_LR_bicubic_X2.zip');
  });
});
