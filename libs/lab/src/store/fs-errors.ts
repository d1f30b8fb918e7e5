import { mkdir } from 'node:fs/promises';
import { fileError } from '@distillery/data';
import { UserError } from '@distillery/tensor';

/** True for an error of the operating system with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** Makes a folder and those above it. Throws UserError if that is not allowed or a file stands in the way. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    if (hasCode(error, 'EEXIST', 'ENOTDIR')) throw new UserError(`cannot make the folder ${path}: a file stands in its way`);
    throw fileError('make the folder', path, error);
  }
}
