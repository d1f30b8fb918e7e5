import { UserError } from '@distillery/tensor';
import { z } from 'zod';

/** An archive of images that can be fetched. */
export interface FetchEntry {
  /** `DIV2K`: what `distillery data fetch` calls it. */
  readonly name: string;
  /** An https address of a zip archive. */
  readonly url: string;
  /** The folder inside the archive that holds the images; all else in it is passed over. */
  readonly archiveFolder: string;
  /** Where that folder goes, below the data folder. */
  readonly folder: string;
  /** Limits in bytes, of the archive and of what it unpacks to. */
  readonly maxBytes: number;
  readonly maxUnpackedBytes: number;
  /** sha256 of the archive (hex) where its publisher states one; otherwise the lock file pins what the first fetch found. */
  readonly sha256?: string | undefined;
  readonly licence: string;
}

const relativeFolder = z
  .string()
  .regex(/^[\w.-]+(\/[\w.-]+)*$/, 'expected a relative folder')
  .refine((path) => !path.split('/').some((part) => /^\.+$/.test(part)), 'expected a folder without . or ..');

const entrySchema: z.ZodType<FetchEntry> = z.strictObject({
  name: z.string().min(1),
  url: z.url({ protocol: /^https$/, error: 'expected an https address' }),
  archiveFolder: relativeFolder,
  folder: relativeFolder,
  maxBytes: z.int().positive(),
  maxUnpackedBytes: z.int().positive(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'expected 64 hex digits')
    .optional(),
  licence: z.string(),
});

/** Reads a manifest, a JSON array of `FetchEntry`. Throws UserError naming `source` and the first thing that is wrong. */
export function parseManifest(text: string, source: string): FetchEntry[] {
  return parseJson(text, source, z.array(entrySchema));
}

/** Parses and checks JSON. Throws UserError naming `source` and the first thing that is wrong. */
export function parseJson<T>(text: string, source: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${source} is no JSON (${error instanceof Error ? error.message : String(error)})`, { cause: error });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new UserError(`${source}: ${issue?.path.join('.') || 'content'}: ${issue?.message ?? 'unexpected'}`);
}

const DIV2K = 'https://data.vision.ee.ethz.ch/cvl/DIV2K';
const ACADEMIC = 'academic research only, see data.vision.ee.ethz.ch/cvl/DIV2K';

function div2k(split: 'train' | 'valid', part: string, maxBytes: number): FetchEntry {
  const scale = /^LR_bicubic_(X\d)$/.exec(part)?.[1];
  const folder = scale === undefined ? `DIV2K_${split}_${part}` : `DIV2K_${split}_LR_bicubic/${scale}`;
  return {
    name: `${split === 'train' ? 'DIV2K' : 'DIV2K-valid'}${scale === undefined ? '' : `-${scale}`}`,
    url: `${DIV2K}/DIV2K_${split}_${part}.zip`,
    archiveFolder: folder,
    folder: `${split === 'train' ? 'train' : 'benchmarks'}/DIV2K/${folder}`,
    maxBytes,
    maxUnpackedBytes: maxBytes,
    licence: ACADEMIC,
  };
}

/** What can be fetched by name: DIV2K from its publisher. The other sets have no official address that is sure to last. */
export const DATA_MANIFEST: readonly FetchEntry[] = [
  div2k('train', 'HR', 4e9),
  div2k('train', 'LR_bicubic_X2', 2e9),
  div2k('train', 'LR_bicubic_X3', 1e9),
  div2k('train', 'LR_bicubic_X4', 1e9),
  div2k('valid', 'HR', 1e9),
  div2k('valid', 'LR_bicubic_X2', 1e9),
  div2k('valid', 'LR_bicubic_X3', 1e9),
  div2k('valid', 'LR_bicubic_X4', 1e9),
];
