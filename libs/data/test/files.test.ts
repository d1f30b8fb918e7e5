import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, writeFileAtomic } from '@distillery/data';
import { UserError } from '@distillery/tensor';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distillery-files-'));
});
afterAll(async () => rm(folder, { recursive: true }));

describe('makeFolder', () => {
  it('makes a folder and those above it, once', async () => {
    const path = join(folder, 'deep/y/z');
    makeFolder(path);
    makeFolder(path);
    expect(await readdir(join(folder, 'deep/y'))).toEqual(['z']);
    await rm(join(folder, 'deep'), { recursive: true });
  });

  // Where Node's own recursion never ends.
  it.runIf(process.platform === 'linux')('names what it cannot make', async () => {
    const file = join(folder, 'in-the-way');
    await writeFile(file, '');
    for (const path of [file, join(file, 'a/b'), '/dev/null/a'])
      expect(() => makeFolder(path)).toThrow(new UserError(`cannot make the folder ${path}: a file stands in its way`));
    for (const path of ['/proc/distillery', '/proc/distillery/a/b', '/proc/self/fdinfo/a'])
      expect(() => makeFolder(path)).toThrow(new UserError(`cannot make the folder ${path}: this file system lets nobody make one there`));
    await rm(file);
  });
});

describe('writeFileAtomic', () => {
  it('writes and replaces text and bytes, leaving no temporary file', async () => {
    const path = join(folder, 'a.json');
    await writeFileAtomic(path, 'first, and longer');
    await writeFileAtomic(path, Buffer.from('second'));
    expect(await readFile(path, 'utf8')).toBe('second');
    expect(await readdir(folder)).toEqual(['a.json']);
  });

  it('gives one whole file under concurrent writers', async () => {
    const path = join(folder, 'a.json');
    const texts = Array.from({ length: 12 }, (_, i) => String(i).repeat(20000));
    await Promise.all(texts.map((text) => writeFileAtomic(path, text)));
    expect(texts).toContain(await readFile(path, 'utf8'));
    expect(await readdir(folder)).toEqual(['a.json']);
  });

  it('names the file and the reason when it cannot, and keeps what was there', async () => {
    const missing = join(folder, 'none', 'a');
    await expect(writeFileAtomic(missing, 'x')).rejects.toEqual(new UserError(`cannot write ${missing}: no such file or folder`));
    const blocked = join(folder, 'blocked');
    await mkdir(blocked);
    await writeFile(join(blocked, 'inside'), 'kept');
    await expect(writeFileAtomic(blocked, 'x')).rejects.toThrow(UserError);
    expect(await readFile(join(blocked, 'inside'), 'utf8')).toBe('kept');
    const throughFile = join(folder, 'a.json', 'b');
    await expect(writeFileAtomic(throughFile, 'x')).rejects.toThrow('a part of the path is not a folder');
    expect((await readdir(folder)).sort()).toEqual(['a.json', 'blocked']);
  });
});
