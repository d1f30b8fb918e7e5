import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { arch, cpus, platform } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { version_core as tfjsVersion } from '@tensorflow/tfjs-core';
import type { RunIdentity } from './hash';
import type { Provenance } from './result';

/** Folder of this lib; the same from `src` and from `dist`. */
const LIB = join(__dirname, '..');

/** Who makes a run, here and now. `command` is what a reader types to make it again. */
export async function provenanceOf(identity: RunIdentity, command: string): Promise<Provenance> {
  const { spec, engineVersion, datasetHashes, featureNetwork, lpipsNetwork } = identity;
  const { version } = JSON.parse(await readFile(join(LIB, 'package.json'), 'utf8')) as { version: string };
  return {
    engine: spec.engine,
    engineVersion,
    versions: { distillery: version, node: process.versions.node, tfjs: tfjsVersion },
    ...(await gitState()),
    datasetHashes,
    featureNetwork,
    lpipsNetwork,
    platform: `${platform()} ${arch()}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}`,
    command,
  };
}

/** Commit of the code, and whether what runs (libs and lock file) differs from it; nulls outside a git working copy. */
export async function gitState(folder = LIB): Promise<Pick<Provenance, 'gitCommit' | 'gitDirty'>> {
  const git = async (...args: string[]): Promise<string> => (await promisify(execFile)('git', ['-C', folder, ...args])).stdout.trim();
  try {
    const gitCommit = await git('rev-parse', 'HEAD');
    const changes = await git('status', '--porcelain', '--', ':/libs', ':/package-lock.json');
    return { gitCommit, gitDirty: changes !== '' };
  } catch {
    return { gitCommit: null, gitDirty: null };
  }
}

/** The command that makes a run again, typed in the repository's root. */
export function runCommand(id: string, engine: string, dataDir: string | null): string {
  return `npm run distillery -- run ${id} --engine ${engine}${dataDir === null ? '' : ` --data ${shellQuoted(dataDir)}`} --fresh`;
}

function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
