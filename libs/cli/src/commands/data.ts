import { join } from 'node:path';
import { DATA_MANIFEST, fetchDataset, findDataDir, listDatasets, verifyData, type FetchEntry } from '@distillery/data';
import { UserError } from '@distillery/tensor';
import type { Command } from 'commander';
import { dataOption, jsonOption } from '../arguments';
import { RunFailed } from '../errors';
import { interruptible } from '../interrupt';
import { print, printJson, printTable } from '../output';

interface DataOptions {
  readonly data?: string;
  readonly json: boolean;
}

/** `distillery data list|fetch|verify`. */
export function addData(program: Command): void {
  const data = program.command('data').description('the datasets: what is there, fetch, verify');
  data
    .command('list')
    .description('every dataset known by name, and how much of it is there')
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(({ data: dir, json }: DataOptions) => {
      const datasets = listDatasets(findDataDir(dir));
      if (json) return printJson(datasets);
      const rows = datasets.map(({ name, role, found, images, licence, source }) => [name, role, `${found} of ${images}`, licence, source]);
      printTable([['dataset', 'role', 'images', 'licence', 'source'], ...rows]);
    });
  data
    .command('fetch <name...>')
    .description(`download datasets (${[...new Set(DATA_MANIFEST.map(({ name }) => name))].join(', ')})`)
    .addOption(dataOption())
    .action(async (names: string[], { data: dir }: DataOptions) => {
      const dataDir = requireDataDir(dir);
      for (const name of names) for (const entry of entriesNamed(name)) await fetchEntry(entry, dataDir);
    });
  data
    .command('verify')
    .description('decode every image and compare stored LR images with ours, bit for bit')
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async ({ data: dir, json }: DataOptions) => {
      const checks = await verifyData(requireDataDir(dir), (name) => void process.stderr.write(`checking ${name}\n`));
      const problems = checks.flatMap(({ name, problems: found }) => found.map((problem) => `${name}: ${problem}`));
      if (json) printJson(checks);
      else {
        const rows = checks.map(({ name, images, expected, comparedLr }) => [name, `${images} of ${expected}`, String(comparedLr)]);
        printTable([['dataset', 'images', 'LR compared bit for bit'], ...rows]);
        print(...problems);
      }
      if (problems.length > 0) throw new RunFailed(`${problems.length} problems found, the first: ${problems[0]}`);
    });
}

function requireDataDir(option: string | undefined): string {
  const dir = findDataDir(option);
  if (dir === null) throw new UserError('expected a data folder: --data DIR or DISTILLERY_DATA');
  return dir;
}

function entriesNamed(name: string): FetchEntry[] {
  const entries = DATA_MANIFEST.filter((entry) => entry.name === name);
  if (entries.length === 0)
    throw new UserError(`no download known for '${name}'; expected ${[...new Set(DATA_MANIFEST.map((e) => e.name))].join(', ')}`);
  return entries;
}

async function fetchEntry(entry: FetchEntry, dataDir: string): Promise<void> {
  let shown = 0;
  const onProgress = (bytes: number, total: number | null): void => {
    if (Date.now() - shown < 1000) return;
    shown = Date.now();
    process.stderr.write(`${entry.url}: ${(bytes / 1e6).toFixed(0)}${total === null ? '' : ` of ${(total / 1e6).toFixed(0)}`} MB\n`);
  };
  const onWait = (holder: string): void => void process.stderr.write(`${entry.url}: waiting for ${holder}\n`);
  const { folder, status } = await interruptible((signal) =>
    fetchDataset(entry, dataDir, { lockFile: join(dataDir, 'fetched.lock.json'), signal, onProgress, onWait }),
  );
  print(`${folder}: ${status === 'present' ? 'was there already' : 'fetched'}`);
}
