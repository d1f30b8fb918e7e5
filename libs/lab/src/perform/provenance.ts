import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { arch, cpus, platform } from 'node:os';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { activeEngine, UserError } from '@distillery/tensor';
import { version_core as tfjsVersion } from '@tensorflow/tfjs-core';
import { defaultDatasets } from '../experiment/default-datasets';
import { sameMetricNetworks } from '../frozen/metric-networks';
import type { RunIdentity } from '../store/run-hash';
import type { Paper } from '../experiment/paper';
import { findPlannedRun } from '../experiment/plan';
import type { RunSpec } from '../experiment/recipe';
import { registeredClaims } from '../judging/registration';
import type { Provenance } from '../store/run-result';
import { runId } from '../experiment/run-id';

/** Folder of this lib; the same from `src` and from `dist`. */
const LIB = join(__dirname, '..', '..');
const ROOT = join(LIB, '..', '..');
/** From a package, commands are typed where the one that is running was. */
const IS_INSTALLED = LIB.split(sep).includes('node_modules');
/** How a reader calls the command, in this repository and from a package. */
export const DISTILLERY = 'npx distillery';

/** Who makes a run, here and now, and what it is going to be judged by. `command` is what a reader types to make it again. */
export function provenanceOf(identity: RunIdentity, paper: Pick<Paper, 'directions'>, command: string): Promise<Provenance> {
  const { spec, datasetHashes, featureNetwork } = identity;
  const registered = registeredClaims(paper, spec.recipe);
  return provenanceHere({ datasetHashes, featureNetwork, ...sameMetricNetworks(identity), command, registered });
}

type Here = 'engine' | 'engineVersion' | 'precision' | 'versions' | 'gitCommit' | 'gitDirty' | 'earlierCommits' | 'platform';

/** The provenance of what this process measures: its engine, versions, code and machine, with the given inputs. */
export async function provenanceHere({ command, ...inputs }: Omit<Provenance, Here>): Promise<Provenance> {
  const { name: engine, version: engineVersion, precision, device } = activeEngine();
  const { version } = JSON.parse(await readFile(join(LIB, 'package.json'), 'utf8')) as { version: string };
  return {
    engine,
    engineVersion,
    precision,
    versions: { distillery: version, node: process.versions.node, tfjs: tfjsVersion },
    ...(await gitState()),
    ...inputs,
    platform: [`${platform()} ${arch()}`, cpus()[0]?.model.trim() ?? 'unknown processor', ...(device === null ? [] : [device])].join(', '),
    command,
  };
}

/** Written by tools/gpu/pack.cjs for a machine that has no git, and by tools/packages/pack.cjs. */
const PACKED_COMMIT = IS_INSTALLED ? join(LIB, 'dist', 'commit.json') : join(ROOT, 'commit.json');

/** Commit of the code, and whether what runs (libs and lock file) differs from it. Both are null where neither git nor a packed commit says so. */
export async function gitState(folder = LIB): Promise<Pick<Provenance, 'gitCommit' | 'gitDirty'>> {
  const git = async (...args: string[]): Promise<string> => (await promisify(execFile)('git', ['-C', folder, ...args])).stdout.trim();
  // A package lies in the repository of whoever uses it, if in any.
  if (folder === LIB && IS_INSTALLED) return packedOrUnknown();
  try {
    const gitCommit = await git('rev-parse', 'HEAD');
    const changes = await git('status', '--porcelain', '--', ':/libs', ':/package-lock.json');
    return { gitCommit, gitDirty: changes !== '' };
  } catch {
    return packedOrUnknown();
  }
}

async function packedOrUnknown(): Promise<Pick<Provenance, 'gitCommit' | 'gitDirty'>> {
  return (await packedCommit()) ?? { gitCommit: null, gitDirty: null };
}

async function packedCommit(): Promise<Pick<Provenance, 'gitCommit' | 'gitDirty'> | null> {
  try {
    return JSON.parse(await readFile(PACKED_COMMIT, 'utf8')) as Pick<Provenance, 'gitCommit' | 'gitDirty'>;
  } catch {
    return null;
  }
}

/**
 * The command that makes a run again, typed in the repository's root, or with packages in the folder that has `runs/`: by id if the papers' plan has this very run (`spec`), else by
 * `specFile`, the run's own `run.json`.
 */
export function recomputeCommand(
  { spec, engine: { precision } }: Pick<RunIdentity, 'spec' | 'engine'>,
  papers: readonly Paper[],
  dataDir: string | null,
  specFile: string,
): string {
  const name = isPlanned(spec, papers, dataDir) ? runId(spec) : shellQuoted(fromRoot(specFile));
  const data = dataArgument(dataDir);
  const asked = precision === 'float32' ? '' : `DISTILLERY_PRECISION=${precision} `;
  return `${asked}${DISTILLERY} run ${name} --engine ${spec.engine}${data}${papersArgument(spec, papers)} --fresh`;
}

function isPlanned(spec: RunSpec, papers: readonly Paper[], dataDir: string | null): boolean {
  try {
    const datasets = defaultDatasets(spec.recipe.tier, dataDir);
    const planned = findPlannedRun(papers, runId(spec), { engine: spec.engine, datasets });
    return isDeepStrictEqual(planned, spec);
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** ` --papers MODULE` for a paper from outside the repository; nothing for those inside. */
function papersArgument({ recipe }: RunSpec, papers: readonly Paper[]): string {
  const from = papers.find(({ id }) => id === recipe.paper)?.from;
  if (from === undefined) return '';
  return ` --papers ${shellQuoted(isAbsolute(from) ? fromRoot(from) : from)}`;
}

/** ` --data DIR` as a reader types it in the repository's root; nothing without a data folder. */
export function dataArgument(dataDir: string | null): string {
  return dataDir === null ? '' : ` --data ${shellQuoted(fromRoot(dataDir))}`;
}

/** Relative inside the repository, or the folder where a package is used, and beside it, else absolute. */
function fromRoot(path: string): string {
  const short = relative(IS_INSTALLED ? '' : ROOT, resolve(path));
  return short.startsWith(join('..', '..')) || isAbsolute(short) ? resolve(path) : short;
}

function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
