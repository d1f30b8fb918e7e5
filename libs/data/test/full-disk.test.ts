import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fetchDataset, readImage, writeImage, type FetchEntry, type Image } from '@distillery/data';
import { UserError } from '@distillery/tensor';
import { canMount, tinyDisk, type TinyDisk } from './tiny-disk';
import { zipBytes } from './zip-bytes';

const CONTENT = randomBytes(200_000).toString('hex');
const ARCHIVE = zipBytes([{ name: 'Set/a.png', content: CONTENT }]);
const ENTRY: FetchEntry = {
  name: 'Set',
  url: 'https://data.example/set.zip',
  archiveFolder: 'Set',
  folder: 'train/Set',
  maxBytes: 1e7,
  maxUnpackedBytes: 1e7,
  licence: 'test',
};

describe.skipIf(!canMount)('a disk that is full or cannot be written (needs mount)', () => {
  let disk: TinyDisk;
  let server: Server;
  let requests: (string | undefined)[];
  beforeAll(async () => {
    server = createServer((request, response) => {
      requests.push(request.headers.range);
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const range = from > 0 ? { 'content-range': `bytes ${from}-${ARCHIVE.length - 1}/${ARCHIVE.length}` } : {};
      response.writeHead(from > 0 ? 206 : 200, { etag: '"one"', 'content-length': ARCHIVE.length - from, ...range });
      response.end(ARCHIVE.subarray(from));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());
  beforeEach(() => {
    requests = [];
    disk = tinyDisk(64) as TinyDisk;
  });
  afterEach(() => disk.remove());

  const get = () => {
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const send = (url: string, init: RequestInit) => fetch(url.replace('https://data.example', origin), init);
    return fetchDataset(ENTRY, disk.path, { lockFile: join(disk.path, 'lock.json'), fetch: send });
  };
  const refusal = async (attempt: Promise<unknown>): Promise<string> => {
    const error: unknown = await attempt.then(
      () => 'done',
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).not.toContain('\n');
    return (error as UserError).message;
  };

  it('keeps what has been downloaded, and then the archive that it could not unpack', async () => {
    expect(await refusal(get())).toMatch(
      /^cannot write .*: the disk is full \(0\.\d+ of 0\.\d+ MB are kept, and the same command continues\)$/,
    );
    expect(await readdir(disk.path)).not.toContain('train');
    disk.resize(Math.ceil(ARCHIVE.length / 1000) + 100);
    expect(await refusal(get())).toMatch(/: the disk is full$/);
    expect(await readdir(disk.path)).not.toContain('train');
    disk.resize(4000);
    await get();
    expect(await readFile(join(disk.path, 'train/Set/a.png'), 'utf8')).toBe(CONTENT);
    expect((await readdir(disk.path)).sort()).toEqual(['lock.json', 'train']);
    // From the beginning, the rest, and nothing.
    expect(requests).toEqual([undefined, expect.stringMatching(/^bytes=\d+-$/)]);
  });

  it('leaves an image as it was, and nothing beside it', async () => {
    const noise = (side: number): Image => ({ width: side, height: side, channels: 3, data: randomBytes(side * side * 3) });
    const path = join(disk.path, 'a.png');
    const before = noise(24);
    await writeImage(path, before);
    expect(await refusal(writeImage(path, noise(300)))).toBe(`cannot write ${path}: the disk is full`);
    disk.setReadOnly(true);
    expect(await refusal(writeImage(path, noise(8)))).toBe(`cannot write ${path}: the file system is read-only`);
    expect([...(await readImage(path)).data]).toEqual([...before.data]);
    expect(await readdir(disk.path)).toEqual(['a.png']);
  });
});
