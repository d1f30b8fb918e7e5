import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { program } from '../src/program';
import { kubernetesObjects, MOST_LIST_BYTES, partsOfStage } from '../src/cluster/kubernetes';

const BIN = join(__dirname, '../bin/distillery.cjs');
const PAPER = join(__dirname, 'fixtures/cluster-paper.cjs');
const PATIENCE = 300_000;

/** A folder in which `npm install kubernetes-models` was done: Kubernetes' published schemas. */
const MODELS = process.env.DISTILLERY_KUBERNETES_MODELS;

interface Document {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels: Readonly<Record<string, string>> };
  readonly data: { readonly runs: string };
  readonly spec: {
    readonly suspend: boolean;
    readonly completions: number;
    readonly parallelism: number;
    readonly template: { readonly spec: { readonly containers: readonly { readonly command: readonly string[] }[] } };
  };
}

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'distillery-kubernetes-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function distillery(...args: string[]) {
  const env: NodeJS.ProcessEnv = { ...process.env };
  delete env.DISTILLERY_DATA;
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8', cwd: folder, env });
  return { status, stdout, stderr };
}
const PLAN = ['cluster', '--tier', 'smoke', '--engine', 'wasm', '--papers', PAPER, '--out', 'out'];
const SUBMIT = ['submit', ...PLAN, '--kubernetes', '--image', 'registry.example/distillery:1', '--volume', 'runs:/shared'];
const documents = (text: string): Document[] => parseAllDocuments(text).map((each) => each.toJS() as Document);

describe('distillery submit --kubernetes', () => {
  it('prints a Job and the list of its runs for each stage, the later one suspended', { timeout: PATIENCE }, () => {
    const { status, stdout } = distillery(...SUBMIT, '--resource', 'nvidia.com/gpu=1', '--namespace', 'lab', '--array-limit', '2');
    expect(status).toBe(0);
    const [list, job, laterList, later] = documents(stdout) as [Document, Document, Document, Document];
    expect([list, job, laterList, later].map(({ kind }) => kind)).toEqual(['ConfigMap', 'Job', 'ConfigMap', 'Job']);
    expect([list, laterList].map(({ data }) => data.runs.trim().split('\n').length)).toEqual([3, 2]);
    expect([job, later].map(({ spec: { suspend, completions, parallelism } }) => ({ suspend, completions, parallelism }))).toEqual([
      { suspend: false, completions: 3, parallelism: 2 },
      { suspend: true, completions: 2, parallelism: 2 },
    ]);
    expect(JSON.stringify(job)).toContain('"resources":{"limits":{"nvidia.com/gpu":"1"}}');
    expect(job.metadata.namespace).toBe('lab');
    // The line that says how the later stage is let go selects that Job and no other.
    const selector = /kubectl patch job -l (\S+) /
      .exec(stdout)?.[1]
      ?.split(',')
      .map((pair) => pair.split('='));
    expect(Object.fromEntries(selector ?? [])).toEqual(later.metadata.labels);
  });

  it('has pods perform the run of their index', { timeout: PATIENCE }, () => {
    const [list, job] = documents(distillery(...SUBMIT).stdout) as [Document, Document];
    // As the container has it: the list where it is mounted, and the command on the PATH.
    const [shell = '', flag = '', script = ''] = job.spec.template.spec.containers[0]?.command ?? [];
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'distillery'), `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`, { mode: 0o755 });
    writeFileSync(join(folder, 'runs'), list.data.runs);
    const ran = spawnSync(shell, [flag, script.replaceAll('/etc/distillery', folder)], {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, JOB_COMPLETION_INDEX: '0' },
    });
    expect(ran.status).toBe(0);
    expect(existsSync(join(folder, 'out/runs/cluster'))).toBe(true);
    // What is done is not asked for again.
    expect(
      documents(distillery(...SUBMIT).stdout)[0]
        ?.data.runs.trim()
        .split('\n'),
    ).toHaveLength(2);
  });

  it('divides what is too large for a ConfigMap, and loses nothing', () => {
    const ids = Array.from({ length: 25_000 }, (_, i) => `paper/full/${'a'.repeat(60)}-x4/${i}`);
    const parts = partsOfStage('plan', 1, ids);
    expect(parts.flatMap(({ runs }) => runs)).toEqual(ids);
    expect(new Set(parts.map(({ name }) => name)).size).toBe(parts.length);
    const settings = { engine: 'wasm', precision: null, data: null, papers: [], out: '/shared' };
    for (const part of parts) {
      const [list] = kubernetesObjects(part, 0, settings, { image: 'i', volumes: [], resources: {} });
      expect(Buffer.byteLength(stringify(list))).toBeLessThan(2 ** 20);
      expect(Buffer.byteLength(part.runs.join('\n'))).toBeLessThanOrEqual(MOST_LIST_BYTES);
    }
  });

  it.each([
    [['--kubernetes'], 'expected --image NAME'],
    [['--kubernetes', '--image', 'i'], 'expected --volume CLAIM:PATH'],
    [['--kubernetes', '--image', 'i', '--volume', 'runs'], 'expected CLAIM:PATH'],
    [['--kubernetes', '--image', 'i', '--volume', 'c:/s', '--gres', 'gpu:1'], '--gres: expected without it'],
    [['--kubernetes', '--image', 'i', '--volume', 'c:/s', '--resource', 'gpu'], 'expected NAME=QUANTITY'],
    [['--kubernetes', '--slurm'], 'expected one of --slurm, --kubernetes and --jobs-file'],
    [['--jobs-file', '-', '--image', 'i'], '--image: expected without it'],
  ])('refuses %j', async (more, words) => {
    const errors: string[] = [];
    const submit = program().commands.find((command) => command.name() === 'submit');
    submit?.configureOutput({ writeErr: (text) => void errors.push(text) });
    const refusal = await submit?.parseAsync([...PLAN, ...more], { from: 'user' }).then(
      () => 'nothing was refused',
      (error: Error) => error.message,
    );
    expect([refusal, ...errors].join(' ')).toContain(words);
  });

  it.skipIf(MODELS === undefined)(
    'prints what the published schemas allow (needs DISTILLERY_KUBERNETES_MODELS, see docs/cluster.md)',
    { timeout: PATIENCE },
    () => {
      const models = createRequire(join(MODELS as string, 'package.json'));
      type Validated = new (document: object) => { validate(): void };
      const { Job } = models('kubernetes-models/batch/v1') as { Job: Validated };
      const { ConfigMap } = models('kubernetes-models/v1') as { ConfigMap: Validated };
      const found = documents(distillery(...SUBMIT, '--resource', 'memory=16Gi').stdout);
      expect(found.length).toBeGreaterThan(0);
      for (const document of found) new { ConfigMap, Job }[document.kind as 'Job' | 'ConfigMap'](document).validate();
      // It would have seen it.
      const broken = structuredClone(found.find(({ kind }) => kind === 'Job')) as unknown as { spec: { completions: unknown } };
      broken.spec.completions = 'three';
      expect(() => new Job(broken).validate()).toThrow(/completions/);
    },
  );
});
