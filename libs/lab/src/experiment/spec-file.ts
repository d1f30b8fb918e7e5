import { readFile, stat } from 'node:fs/promises';
import { fileError } from '@distillery/data';
import { z } from 'zod';
import { parseJson } from '../json/parse-json';
import type { Paper } from './paper';
import { findPlannedRun, type PlanOptions } from './plan';
import type { RunSpec } from './recipe';
import { runSpecSchema } from './recipe-schema';

/** A run spec as such, or a file that holds one as `spec` (a run's `run.json`, an entry of `distillery plan --json`). */
const specFileSchema: z.ZodType<RunSpec> = z.preprocess(
  (value) => (typeof value === 'object' && value !== null && 'spec' in value ? value.spec : value),
  runSpecSchema,
);

/**
 * What `distillery run SPEC` means: the JSON file of that name if there is one, else the planned run of that id.
 * Throws UserError for a file that is no run spec and for an unknown id.
 */
export async function resolveSpec(
  spec: string,
  papers: readonly Paper[],
  options: Pick<PlanOptions, 'engine' | 'datasets'>,
): Promise<RunSpec> {
  const file = await stat(spec).catch(() => null);
  if (!file?.isFile()) return findPlannedRun(papers, spec, options);
  const text = await readFile(spec, 'utf8').catch((error: unknown) => {
    throw fileError('read', spec, error);
  });
  return parseRunSpec(text, spec);
}

/** Reads a run spec from JSON text; `name` is what an error message calls it. Throws UserError with the first problem. */
export function parseRunSpec(text: string, name: string): RunSpec {
  return parseJson(text, specFileSchema, name, "expected a run spec as listed by 'distillery plan --json'");
}
