import { randomBytes } from 'node:crypto';
import { access, constants, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolders, UserError } from '@distillery/tensor';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBUSY: 'it is in use',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'it exists already',
  EFBIG: 'the file is too large',
  EIO: 'the disk reports an error',
  EISDIR: 'it is a folder',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
  ENFILE: 'too many open files',
  ENOENT: 'no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is not a folder',
  ENOTEMPTY: 'the folder is not empty',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ETXTBSY: 'it is in use',
  EXDEV: 'it is on another file system',
};

/** Whether an error is one of the file system's. */
export function isFileError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && Object.hasOwn(REASONS, error.code);
}

/** What a failed file operation means to the user, as a UserError `cannot <action> <path>: <reason>`. Other errors are returned unchanged. */
export function fileError(action: string, path: string, error: unknown): unknown {
  if (!isFileError(error)) return error;
  return new UserError(`cannot ${action} ${path}: ${REASONS[error.code] ?? error.code}`, { cause: error });
}

/**
 * Writes a whole file or nothing: to a temporary name in the same folder, synced, renamed over `path`.
 * An existing file is replaced only once the new one is complete, and after `before`, which may throw to leave it. Throws UserError if the folder is missing,
 * read-only or full.
 */
export async function writeFileAtomic(path: string, data: Uint8Array | string, before?: () => Promise<void>): Promise<void> {
  const folder = dirname(path);
  // The name's own length must not matter: 255 bytes are the limit of most file systems.
  const temporary = join(folder, `.distillery-${process.pid}-${randomBytes(4).toString('hex')}.tmp`);
  try {
    await requireFile('write', path);
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await before?.();
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw fileError('write', path, error);
  }
}

/**
 * Throws UserError if `path` exists and is no regular file: a rename would put a file in the place of a device or a pipe, and opening a pipe to read would
 * wait for whoever writes to it. Pipes that the shell has opened (`/dev/fd/63`) can be read.
 */
export async function requireFile(action: 'read' | 'write', path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null || found.isFile() || found.isDirectory()) return;
  if (action === 'read' && (!found.isFIFO() || /^\/(dev|proc\/self)\/(fd\/|stdin)/.test(path))) return;
  throw new UserError(`cannot ${action} ${path}: it is ${found.isFIFO() ? 'a pipe' : 'no regular file'}, expected a file`);
}

/** Makes a folder and those above it. Throws UserError if that is not allowed or a file stands in the way. */
export function makeFolder(path: string): void {
  try {
    makeFolders(path);
  } catch (error) {
    const code = isFileError(error) ? error.code : null;
    if (code === 'EEXIST' || code === 'ENOTDIR') throw new UserError(`cannot make the folder ${path}: a file stands in its way`);
    // The folder above is there, or its own error would have come first.
    if (code === 'ENOENT') throw new UserError(`cannot make the folder ${path}: this file system lets nobody make one there`);
    throw fileError('make the folder', path, error);
  }
}

/** Makes the folder, before hours of work depend on it. Throws UserError if it cannot be made or written to. */
export async function requireWritable(folder: string): Promise<void> {
  makeFolder(folder);
  await access(folder, constants.W_OK).catch((error: unknown) => {
    throw fileError('write to', folder, error);
  });
}

/** The last bytes of a file as text, from wherever they begin; null if there is no such file. */
export async function readTail(path: string, bytes: number): Promise<string | null> {
  const file = await open(path).catch((error: unknown) => {
    if (isFileError(error) && ['ENOENT', 'ENOTDIR'].includes(error.code)) return null;
    throw error;
  });
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, Math.max(0, size - bytes));
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Makes a rename durable. Not every file system lets a folder be synced (Windows does not); then the rename stands unsynced. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  if (handle === null) return;
  try {
    await handle.sync().catch(() => undefined);
  } finally {
    await handle.close();
  }
}
