import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, makeFolder, writeFileAtomic } from '@distillery/data';
import { z } from 'zod';
import type { RunSpec } from '../experiment/recipe';
import { hashJson } from '../json/canonical-json';
import type { Json } from '../json/json';
import { gitState } from '../perform/provenance';
import { hasCode } from '../store/fs-errors';

/** Which runs of an interrupted `--fresh` are made again already. */
export interface MadeAgain {
  has(spec: RunSpec): boolean;
  add(spec: RunSpec): Promise<void>;
  /** The plan has come to its end: the next `--fresh` begins with the first run. */
  end(): Promise<void>;
}

const schema = z.strictObject({ gitCommit: z.string().nullable(), gitDirty: z.boolean().nullable(), runs: z.array(z.string()) });

/** Opens the note of it in the runs folder. One of other code, or one that cannot be read, counts as none: all is made again then, and nothing is lost. */
export async function openMadeAgain(runsDir: string): Promise<MadeAgain> {
  const path = join(runsDir, 'made-again.json');
  const code = await gitState();
  const before = await read(path);
  const sameCode = before?.gitCommit === code.gitCommit && before.gitDirty === code.gitDirty;
  const runs = new Set(sameCode ? before.runs : []);
  const keyOf = (spec: RunSpec): string => hashJson(spec as unknown as Json);
  let written = Promise.resolve();
  return {
    has: (spec) => runs.has(keyOf(spec)),
    add(spec) {
      runs.add(keyOf(spec));
      // One after another, so that the last is the longest.
      return (written = written.then(async () => {
        makeFolder(runsDir);
        await writeFileAtomic(path, JSON.stringify({ gitCommit: code.gitCommit, gitDirty: code.gitDirty, runs: [...runs] }));
      }));
    },
    async end() {
      await written;
      await rm(path, { force: true });
    },
  };
}

async function read(path: string): Promise<z.infer<typeof schema> | null> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError || hasCode(error, 'ENOENT')) return null;
    throw fileError('read', path, error);
  }
}
