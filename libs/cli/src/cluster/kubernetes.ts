import { runCommand, type RunSettings } from './run-command';

/** What the pods of a plan are made of. */
export interface KubernetesRequest {
  /** The container image, with the `distillery` command on its PATH. */
  readonly image: string;
  /** Persistent volume claims, and the folders where they are mounted. */
  readonly volumes: readonly { readonly claim: string; readonly path: string }[];
  /** What a run gets of a node: `nvidia.com/gpu` -> `1`. */
  readonly resources: Readonly<Record<string, string>>;
  readonly namespace?: string | undefined;
  /** Pods of a Job that run at a time. */
  readonly parallelism?: number | undefined;
}

/** A stage of a plan, or a part of one. */
export interface IndexedRuns {
  /** The submission that it belongs to. */
  readonly plan: string;
  readonly name: string;
  readonly stage: number;
  readonly runs: readonly string[];
}

/** A ConfigMap may hold 1 MiB, its names included. */
export const MOST_LIST_BYTES = 900_000;
/** Of an Indexed Job whose indexes fail one by one, with any number of pods at a time. */
export const MOST_INDEXES = 10_000;

/** Seconds from SIGTERM to SIGKILL: a step, its checkpoint, and what it takes to write it. */
const GRACE_SECONDS = 120;
/** How often an index is begun anew after what is nobody's decision: out of memory, a node that is gone. */
const RETRIES = 3;
const LIST_FOLDER = '/etc/distillery';
const LIST = 'runs';
const PLAN_LABEL = 'distillery/plan';
const STAGE_LABEL = 'distillery/stage';

/** What selects the Jobs of a stage: `distillery/plan=NAME,distillery/stage=1`. */
export function stageLabels(plan: string, stage: number): string {
  return `${PLAN_LABEL}=${plan},${STAGE_LABEL}=${stage}`;
}

/**
 * A ConfigMap with the runs and an Indexed Job that performs them, index N the run of line N + 1. Jobs of a later stage than the first come suspended. A pod that was stopped with a
 * checkpoint (exit code 75) or taken off its node is replaced and counts as no failure; a run that fails or is refused (1, 2) is not tried again, and the others of its Job go on.
 */
export function kubernetesObjects(part: IndexedRuns, first: number, settings: RunSettings, request: KubernetesRequest): object[] {
  const { name, stage, runs } = part;
  const { image, volumes, resources, namespace, parallelism } = request;
  const labels = { [PLAN_LABEL]: part.plan, [STAGE_LABEL]: String(stage) };
  const metadata = { name, ...(namespace !== undefined && { namespace }), labels };
  const run = `"$(sed -n "$((JOB_COMPLETION_INDEX + 1))p" ${LIST_FOLDER}/${LIST})"`;
  const list = { apiVersion: 'v1', kind: 'ConfigMap', metadata, immutable: true, data: { [LIST]: runs.map((id) => `${id}\n`).join('') } };
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata,
    spec: {
      completionMode: 'Indexed',
      completions: runs.length,
      parallelism: Math.min(parallelism ?? runs.length, runs.length),
      suspend: stage > first,
      backoffLimitPerIndex: RETRIES,
      maxFailedIndexes: runs.length,
      podFailurePolicy: {
        rules: [
          { action: 'Ignore', onExitCodes: { containerName: 'run', operator: 'In', values: [75] } },
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          { action: 'FailIndex', onExitCodes: { containerName: 'run', operator: 'In', values: [1, 2] } },
        ],
      },
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: GRACE_SECONDS,
          containers: [
            {
              name: 'run',
              image,
              // The run itself is the container's first process, which gets the signals.
              command: ['/bin/sh', '-c', `exec ${runCommand(run, settings, ['--require-starts'], ['distillery'])}`],
              ...(Object.keys(resources).length > 0 && { resources: { limits: resources } }),
              volumeMounts: [
                { name: 'list', mountPath: LIST_FOLDER, readOnly: true },
                ...volumes.map(({ path }, i) => ({ name: `volume-${i}`, mountPath: path })),
              ],
            },
          ],
          volumes: [
            { name: 'list', configMap: { name } },
            ...volumes.map(({ claim }, i) => ({ name: `volume-${i}`, persistentVolumeClaim: { claimName: claim } })),
          ],
        },
      },
    },
  };
  return [list, job];
}

/** Runs in as many parts as ConfigMaps and Jobs allow, in order. */
export function partsOfStage(plan: string, stage: number, runs: readonly string[]): IndexedRuns[] {
  const lists: string[][] = [[]];
  let bytes = 0;
  for (const id of runs) {
    const length = Buffer.byteLength(id) + 1;
    let list = lists.at(-1) as string[];
    if (list.length >= MOST_INDEXES || bytes + length > MOST_LIST_BYTES) {
      lists.push((list = []));
      bytes = 0;
    }
    list.push(id);
    bytes += length;
  }
  return lists.map((list, i) => ({ plan, name: `${plan}-stage-${stage}${lists.length > 1 ? `-part-${i + 1}` : ''}`, stage, runs: list }));
}
