import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own that holds little, and can be made to hold more or nothing. */
export interface TinyDisk {
  readonly path: string;
  resize(kilobytes: number): void;
  setReadOnly(readOnly: boolean): void;
  remove(): void;
}

function mount(...args: readonly string[]): boolean {
  return spawnSync('mount', args).status === 0;
}

/** Mounts one in the temporary folder; null where that is not allowed. */
export function tinyDisk(kilobytes: number): TinyDisk | null {
  const path = mkdtempSync(join(tmpdir(), 'distillery-disk-'));
  const must = (done: boolean): void => {
    if (!done) throw new Error(`cannot mount ${path} anew`);
  };
  if (process.platform !== 'linux' || !mount('-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', path)) {
    rmSync(path, { recursive: true });
    return null;
  }
  return {
    path,
    resize: (to) => must(mount('-o', `remount,size=${to}k`, path)),
    setReadOnly: (readOnly) => must(mount('-o', `remount,${readOnly ? 'ro' : 'rw'}`, path)),
    remove() {
      spawnSync('umount', ['-l', path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Whether there can be one: for tests that are skipped by name without. */
export const canMount = ((): boolean => {
  const disk = tinyDisk(16);
  if (disk === null) return false;
  try {
    writeFileSync(join(disk.path, 'file'), '');
    return true;
  } finally {
    disk.remove();
  }
})();
