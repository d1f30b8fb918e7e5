import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolders } from '../../make-folders';

/** Bytes of programs that are kept; beyond them those longest unused go. */
const MOST_BYTES = 2 ** 30;
const DIGEST_BYTES = 32;

/** Compiled programs on disk, so that a process does not compile what another one has compiled. Each file is a digest and what it is of. */
export class ProgramCache {
  /** @param identity whatever else than its text a compiled program depends on. */
  constructor(
    private readonly folder: string,
    private readonly identity: string,
  ) {}

  /** The program of a text; null if it is not there or damaged. */
  async read(text: string): Promise<Uint8Array | null> {
    const path = this.pathOf(text);
    try {
      const file = await readFile(path);
      const program = file.subarray(DIGEST_BYTES);
      if (!digestOf(program).equals(file.subarray(0, DIGEST_BYTES))) return null;
      await utimes(path, new Date(), new Date());
      return program;
    } catch {
      return null;
    }
  }

  /** Keeps a program if there is room to write it; a cache that cannot be written is none. */
  async write(text: string, program: Uint8Array): Promise<void> {
    const path = this.pathOf(text);
    const part = `${path}.${randomUUID()}`;
    try {
      makeFolders(this.folder);
      await writeFile(part, Buffer.concat([digestOf(program), program]));
      await rename(part, path);
      await this.shrink();
    } catch {
      await rm(part, { force: true });
    }
  }

  private async shrink(): Promise<void> {
    const names = await readdir(this.folder);
    const files = await Promise.all(
      names.map(async (name) => ({ path: join(this.folder, name), ...(await stat(join(this.folder, name))) })),
    );
    let total = files.reduce((sum, { size }) => sum + size, 0);
    for (const { path, size } of files.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
      if (total <= MOST_BYTES) return;
      await rm(path, { force: true });
      total -= size;
    }
  }

  private pathOf(text: string): string {
    return join(this.folder, createHash('sha256').update(this.identity).update('\0').update(text).digest('hex'));
  }
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
