import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
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

let answer: (response: ServerResponse, url: string) => void;
let server: Server;
let folder = '';
let lockFile = '';

beforeAll(async () => {
  server = createServer((request, response) => answer(response, request.url ?? ''));
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
    await refused(get({ ...ENTRY, url: 'http://data.example/set.zip' }), 'is not https', ['lock.json']);
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
