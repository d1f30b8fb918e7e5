import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileError, makeFolder, writeFileAtomic } from '@distillery/data';
import { KERNEL_PROGRAM } from '../client/kernel-process';
import { KERNEL_NAME, KERNELSPEC } from '../protocol/kernel-name';

/** Where Jupyter keeps what belongs to one user. */
function userDataFolder(): string {
  const { JUPYTER_DATA_DIR: named, APPDATA: roaming, XDG_DATA_HOME: data } = process.env;
  if (named) return named;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Jupyter');
  if (process.platform === 'win32') return join(roaming ?? join(homedir(), 'AppData', 'Roaming'), 'jupyter');
  return join(data ?? join(homedir(), '.local', 'share'), 'jupyter');
}

/** The folder of our kernelspec: below an environment's `prefix`, or of the user. */
export function kernelspecFolder(prefix?: string): string {
  const data = prefix === undefined ? userDataFolder() : join(resolve(prefix), 'share', 'jupyter');
  return join(data, 'kernels', KERNEL_NAME);
}

/** What Jupyter reads of a kernel: this Node runs this build's kernel program. */
export function kernelspec(): Readonly<Record<string, unknown>> {
  return {
    argv: [process.execPath, KERNEL_PROGRAM, '{connection_file}'],
    display_name: KERNELSPEC.display_name,
    language: KERNELSPEC.language,
    // Windows has no signal that stops a cell which never yields.
    interrupt_mode: process.platform === 'win32' ? 'message' : 'signal',
    metadata: {},
  };
}

/** Registers the kernel with Jupyter and returns the folder. Throws UserError if it cannot be written. */
export async function installKernelspec(prefix?: string): Promise<string> {
  const folder = kernelspecFolder(prefix);
  try {
    makeFolder(folder);
    await writeFileAtomic(join(folder, 'kernel.json'), `${JSON.stringify(kernelspec(), null, 2)}\n`);
  } catch (error) {
    throw fileError('write', folder, error);
  }
  return folder;
}

/** Removes the kernel from Jupyter; returns the folder, or null if it was not there. Throws UserError if it cannot be removed. */
export async function uninstallKernelspec(prefix?: string): Promise<string | null> {
  const folder = kernelspecFolder(prefix);
  if (!existsSync(folder)) return null;
  await rm(folder, { recursive: true }).catch((error: unknown) => {
    throw fileError('remove', folder, error);
  });
  return folder;
}
