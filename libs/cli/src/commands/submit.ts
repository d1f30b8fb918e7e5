import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { findDataDir, requireFile, requireWritable, withLock } from '@distillery/data';
import { defaultDatasets, plannedRuns, storedRuns, type PlannedRun, type Tier } from '@distillery/lab';
import { UserError, type Precision } from '@distillery/tensor';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import {
  dataOption,
  engineOption,
  outOption,
  positiveInteger,
  precisionOption,
  seedsOption,
  tableOption,
  type PlanArguments,
} from '../arguments';
import { kubernetesObjects, partsOfStage, stageLabels, type KubernetesRequest } from '../cluster/kubernetes';
import { claimAt, quantityOf, type Quantities } from '../cluster/kubernetes-options';
import { runCommand, type RunSettings } from '../cluster/run-command';
import { standings, type RunStanding } from '../cluster/run-states';
import { DEFAULT_MAX_ARRAY, hasSlurm, maxArraySize, sbatch } from '../cluster/slurm';
import { slurmScript, type SlurmRequest } from '../cluster/slurm-script';
import { arrayFiles, submissionsFolder, writeArray, writeSubmission, type SubmittedPlan } from '../cluster/submission';
import { submittedTasks } from '../cluster/submitted-tasks';
import { AUTO, requireEngine } from '../engine';
import { foldersIn } from '../folders';
import { print, warn } from '../output';
import { knownPapers, papersNamed, papersOption } from '../papers/papers-option';
import { tierOption } from '../tier';

interface SubmitOptions extends SlurmRequest, PlanArguments {
  readonly tier: Tier;
  readonly precision?: Precision;
  readonly out: string;
  readonly slurm: boolean;
  readonly jobsFile?: string;
  readonly kubernetes: boolean;
  readonly image?: string;
  readonly volume: KubernetesRequest['volumes'];
  readonly resource: Quantities;
  readonly namespace?: string;
  readonly dryRun: boolean;
}

/** `distillery submit`: hand the runs of a plan that are missing to a scheduler. */
export function addSubmit(program: Command): void {
  program
    .command('submit [paper...]')
    .description('hand the runs that are missing to a scheduler: Slurm, Kubernetes, or any that takes a file of commands')
    .addOption(tierOption().makeOptionMandatory())
    .addOption(tableOption())
    .addOption(seedsOption())
    .addOption(engineOption().default(undefined).makeOptionMandatory())
    .addOption(precisionOption())
    .addOption(dataOption())
    .addOption(papersOption())
    .addOption(outOption())
    .option('--slurm', 'submit job arrays, one for each stage', false)
    .option('--partition <name>', 'Slurm: the partition')
    .option('--gres <list>', 'Slurm: what a run needs, such as gpu:1')
    .option('--time <limit>', 'Slurm: the time limit of a task; a run that needs longer is continued by the same task')
    .option('--array-limit <n>', 'Slurm, Kubernetes: how many tasks of an array, or pods of a Job, run at a time', positiveInteger)
    .option(
      '--sbatch <option>',
      'Slurm: another option of sbatch, such as --sbatch=--account=abc; may be repeated',
      (option: string, all: string[]) => [...all, option],
      [] as string[],
    ) // prettier-ignore
    .option('--kubernetes', 'print Indexed Jobs as YAML, one for each stage, for kubectl apply', false)
    .option('--image <name>', 'Kubernetes: the container image, with distillery on its PATH')
    .option('--volume <claim:path>', 'Kubernetes: a persistent volume claim and where pods see it; may be repeated', claimAt, [])
    .option('--resource <name=quantity>', 'Kubernetes: what a run needs, such as nvidia.com/gpu=1; may be repeated', quantityOf, {})
    .option('--namespace <name>', 'Kubernetes: the namespace')
    .option('--jobs-file <file>', 'write one command a line instead, stage by stage, for GNU parallel or HTCondor; -: to stdout')
    .option('--dry-run', 'print the scripts and submit nothing', false)
    .action(submit);
}

async function submit(ids: string[], options: SubmitOptions): Promise<void> {
  const { tier, table, seeds, engine, precision, jobsFile, dryRun } = options;
  if ([options.slurm, options.kubernetes, jobsFile !== undefined].filter(Boolean).length !== 1)
    throw new UserError('submit: expected one of --slurm, --kubernetes and --jobs-file FILE');
  requireOptionsOfScheduler(options);
  requireEngine(engine);
  if (engine === AUTO)
    throw new UserError(`--engine ${AUTO}: each machine would choose its own; expected the engine of all runs, such as onnx or xla:cuda`);
  if (options.slurm && !dryRun && !hasSlurm())
    throw new UserError('--slurm: no sbatch and squeue on PATH; expected a machine that may submit to Slurm');
  const { papers } = await knownPapers(options.papers);
  const named = papersNamed(ids, papers);
  const dataDir = findDataDir(options.data);
  const data = dataDir === null ? null : resolve(dataDir);
  const runs = plannedRuns(named, tier, { table, seeds, engine, datasets: defaultDatasets(tier, dataDir) });
  const { runs: runsDir } = foldersIn(resolve(options.out));
  const plan: SubmittedPlan = {
    ids: named.map(({ id }) => id),
    // A package goes by its name, a file by its path.
    papers: options.papers.map((module) => (existsSync(module) ? resolve(module) : module)),
    tier,
    table: table ?? null,
    seeds: seeds ?? null,
    engine,
    precision: precision ?? null,
    data,
  };
  const settings: RunSettings = { engine, precision: plan.precision, data, papers: plan.papers, out: resolve(options.out) };
  const stored = storedRuns(runsDir, papers, precision);
  if (jobsFile !== undefined) return writeJobs(jobsFile, runs, stored, settings, plan);
  if (options.kubernetes) return printJobs(await missing(standings(runs, stored, NOTHING_SUBMITTED, plan)), settings, options);

  const toArrays = async (): Promise<void> => {
    const submitted = await submittedTasks(runsDir);
    const stages = await missing(standings(runs, stored, submitted, plan));
    const left = stages.reduce((sum, { runs }) => sum + runs.length, 0);
    if (left === 0) return print('nothing to submit: every run is finished, being made or in the queue');
    const created = new Date();
    const name = submissionName(created);
    const arrays = partsOf(name, stages, dryRun && !hasSlurm() ? DEFAULT_MAX_ARRAY : await maxArraySize());
    const scripts = arrays.map(({ name, runs }) =>
      slurmScript({ name, runs: runs.length, ...arrayFiles(runsDir, name), settings }, options),
    );
    if (dryRun) {
      for (const [i, script] of scripts.entries())
        print(`# ${arrays[i]?.name}: ${arrays[i]?.runs.length} runs${after(arrays, i)}`, ...script.trimEnd().split('\n'), '');
      return print(`# ${left} runs in ${arrays.length} arrays; nothing was submitted`);
    }
    for (const [i, { name, runs }] of arrays.entries()) await writeArray(runsDir, name, runs.map(({ id }) => id), scripts[i] as string); // prettier-ignore
    await writeSubmission(runsDir, name, { schema: 1, created: created.toISOString(), plan, arrays: arrays.map(({ name }) => name) });
    const jobs: { stage: number; job: string }[] = [];
    for (const { name, stage, runs, queued } of arrays) {
      const before = jobs.filter((other) => other.stage < stage).map(({ job }) => job);
      const job = await sbatch(arrayFiles(runsDir, name).script, [...new Set([...before, ...queued])]);
      jobs.push({ stage, job });
      print(`job ${job}: ${runs.length} runs of stage ${stage}, logs in ${arrayFiles(runsDir, name).logs}`);
    }
    print(`${left} runs submitted; how they stand: distillery status --out ${options.out}`);
  };
  if (dryRun) return toArrays();
  await requireWritable(submissionsFolder(runsDir));
  // Of two that submit at the same time the second sees what the first submitted.
  await withLock(`${submissionsFolder(runsDir)}/submit.lock`, toArrays);
}

/** Unique among submissions, and in their order. */
function submissionName(created: Date): string {
  return `distillery-${created.toISOString().replace(/\D/g, '').slice(0, 14)}-${randomBytes(3).toString('hex')}`;
}

/** Nobody but the store is asked what is being made. */
const NOTHING_SUBMITTED = { submissions: [], tasks: new Map() } as const;

/** Throws UserError for an option that the chosen scheduler does not know, or misses. */
function requireOptionsOfScheduler(options: SubmitOptions): void {
  const { slurm, kubernetes, partition, gres, time, sbatch, image, volume, resource, namespace, arrayLimit } = options;
  const given = (values: Readonly<Record<string, unknown>>): string | undefined =>
    Object.keys(values).find((name) => values[name] !== undefined && Object.keys(values[name] as object).length !== 0);
  const wrong =
    (slurm ? undefined : given({ partition, gres, time, sbatch })) ??
    (kubernetes ? undefined : given({ image, volume, resource, namespace })) ??
    (slurm || kubernetes || arrayLimit === undefined ? undefined : 'array-limit');
  if (wrong !== undefined) throw new UserError(`--${wrong}: expected without it, the scheduler that was chosen has no such option`);
  if (kubernetes && image === undefined) throw new UserError('--kubernetes: expected --image NAME with it');
  if (kubernetes && volume.length === 0)
    throw new UserError('--kubernetes: expected --volume CLAIM:PATH with it, for the folders of --out and --data');
}

/** Prints the Jobs of all stages. Those of a later one are suspended: how they are let go stands in front. */
function printJobs(stages: readonly Stage[], settings: RunSettings, options: SubmitOptions): void {
  const name = submissionName(new Date());
  const parts = stages.flatMap(({ stage, runs }) => partsOfStage(name, stage, runs.map(({ id }) => id))); // prettier-ignore
  const [first] = parts;
  if (first === undefined) return warn('nothing to submit: every run is finished or being made');
  const request: KubernetesRequest = {
    image: options.image as string,
    volumes: options.volume,
    resources: options.resource,
    namespace: options.namespace,
    parallelism: options.arrayLimit,
  };
  const later = [...new Set(parts.filter(({ stage }) => stage > first.stage).map(({ stage }) => stage))];
  print(
    `# ${parts.reduce((sum, { runs }) => sum + runs.length, 0)} runs in ${parts.length} Jobs, for: kubectl apply -f -`,
    ...later.map((stage) => `# stage ${stage} is suspended; when the Jobs before it have ended: kubectl patch job -l ${stageLabels(name, stage)} -p '{"spec":{"suspend":false}}'`), // prettier-ignore
  );
  for (const part of parts)
    for (const object of kubernetesObjects(part, first.stage, settings, request)) print('---', ...yamlLines(object));
}

function yamlLines(object: object): string[] {
  return stringify(object, { aliasDuplicateObjects: false, lineWidth: 0 }).trimEnd().split('\n');
}

/** A stage's runs that have to be submitted, and the tasks in the queue that they start from. */
interface Stage {
  readonly stage: number;
  readonly runs: PlannedRun[];
  readonly queued: Set<string>;
}

/** What is neither finished nor being made nor in the queue, by stage. */
async function missing(all: AsyncIterable<RunStanding>): Promise<Stage[]> {
  const stages: Stage[] = [];
  const queued = new Map<string, string>();
  for await (const { run, state, task } of all) {
    if (task?.queued) queued.set(run.id, task.queued.job);
    if (state === 'done' || state === 'running' || state === 'waiting') continue;
    let stage = stages.find((known) => known.stage === run.stage);
    if (!stage) stages.push((stage = { stage: run.stage, runs: [], queued: new Set() }));
    stage.runs.push(run);
    for (const id of run.needs) if (queued.has(id)) stage.queued.add(queued.get(id) as string);
  }
  return stages;
}

interface Part extends Omit<Stage, 'runs'> {
  readonly name: string;
  readonly runs: readonly PlannedRun[];
}

/** A stage has several arrays if it has more runs than the cluster allows in one. */
function partsOf(name: string, stages: readonly Stage[], most: number): Part[] {
  return stages.flatMap(({ stage, runs, queued }) => {
    const parts = Math.ceil(runs.length / most);
    return Array.from({ length: parts }, (_, i) => ({
      name: `${name}-stage-${stage}${parts > 1 ? `-part-${i + 1}` : ''}`,
      stage,
      queued,
      runs: runs.slice(i * most, (i + 1) * most),
    }));
  });
}

function after(arrays: readonly Part[], i: number): string {
  const { stage, queued } = arrays[i] as Part;
  const before = [...arrays.filter((other) => other.stage < stage).map(({ name }) => name), ...queued];
  return before.length > 0 ? `, --dependency=afterany: ${before.join(', ')}` : '';
}

/** One command for each run that is not finished. */
async function writeJobs(
  path: string,
  runs: Iterable<PlannedRun>,
  stored: ReturnType<typeof storedRuns>,
  settings: RunSettings,
  plan: SubmittedPlan,
): Promise<void> {
  if (path !== '-') await requireFile('write', path);
  const file: Writable = path === '-' ? process.stdout : createWriteStream(path);
  let count = 0;
  const written = new Promise<void>((done, failed) => void file.once('error', failed).once('finish', done));
  // Awaited at the end.
  written.catch(() => undefined);
  for await (const { run, state } of standings(runs, stored, NOTHING_SUBMITTED, plan)) {
    if (state === 'done') continue;
    count++;
    if (!file.write(`${runCommand(run.id, settings)}\n`)) await once(file, 'drain');
  }
  if (path === '-') return;
  file.end();
  await written;
  print(`${count} commands in ${path}`);
}
