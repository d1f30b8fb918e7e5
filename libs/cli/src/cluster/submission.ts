import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, makeFolder, writeFileAtomic } from '@distillery/data';
import { TIERS } from '@distillery/lab';
import { PRECISIONS } from '@distillery/tensor';
import { z } from 'zod';

/** What was submitted at one time, and for which plan. Paths are in full. */
const schema = z.strictObject({
  schema: z.literal(1),
  created: z.iso.datetime(),
  plan: z.strictObject({
    ids: z.array(z.string()),
    papers: z.array(z.string()),
    tier: z.enum(TIERS),
    table: z.string().nullable(),
    seeds: z.int().min(1).nullable(),
    engine: z.string(),
    precision: z.enum(PRECISIONS).nullable(),
    data: z.string().nullable(),
  }),
  arrays: z.array(z.string()),
});

export type Submission = z.infer<typeof schema>;
export type SubmittedPlan = Submission['plan'];

/** A run's place in an array. */
export interface Task {
  /** The array's name, which is that of its Slurm job. */
  readonly array: string;
  readonly index: number;
  readonly log: string;
}

/** Where submissions are noted: beside the runs. */
export function submissionsFolder(runsDir: string): string {
  return join(runsDir, 'slurm');
}

/** The files of one array of a submission. */
export function arrayFiles(runsDir: string, array: string) {
  const path = join(submissionsFolder(runsDir), array);
  return { list: `${path}.runs`, script: `${path}.sbatch`, logs: path } as const;
}

/** Writes what an array is: the list of its runs, its script, and the folder that Slurm writes its logs to. */
export async function writeArray(runsDir: string, array: string, runs: readonly string[], script: string): Promise<void> {
  const files = arrayFiles(runsDir, array);
  makeFolder(files.logs);
  await writeFileAtomic(files.list, runs.map((run) => `${run}\n`).join(''));
  await writeFileAtomic(files.script, script);
}

/** Notes a submission, once its arrays are written. */
export async function writeSubmission(runsDir: string, name: string, submission: Submission): Promise<void> {
  await writeFileAtomic(join(submissionsFolder(runsDir), `${name}.json`), `${JSON.stringify(submission, null, 2)}\n`);
}

/** All submissions of a store, the first one first. Throws UserError for a file that is none. */
export async function readSubmissions(runsDir: string): Promise<Submission[]> {
  const folder = submissionsFolder(runsDir);
  if (!existsSync(folder)) return [];
  const submissions: Submission[] = [];
  for (const name of (await readdir(folder)).filter((name) => name.endsWith('.json'))) {
    const path = join(folder, name);
    try {
      submissions.push(schema.parse(JSON.parse(await readFile(path, 'utf8'))));
    } catch (error) {
      throw fileError('read', path, error);
    }
  }
  return submissions.sort((a, b) => (a.created < b.created ? -1 : 1));
}

/** The runs of an array by their places, in order. None if it was never written. */
export async function runsOfArray(runsDir: string, array: string): Promise<string[]> {
  const { list } = arrayFiles(runsDir, array);
  const text = existsSync(list) ? await readFile(list, 'utf8') : '';
  return text.split('\n').filter((line) => line !== '');
}

/** For which engine and data a run was submitted decides whether it is the same one. */
export function taskKey(run: string, { engine, precision }: Pick<SubmittedPlan, 'engine' | 'precision'>): string {
  return `${run} ${engine} ${precision ?? 'float32'}`;
}
