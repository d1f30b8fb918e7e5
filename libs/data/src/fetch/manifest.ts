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
  /** sha256 of the archive (hex) where one is published; otherwise the lock file pins what the first fetch found. */
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

function div2k(split: 'train' | 'valid', part: string, maxBytes: number, sha256: string): FetchEntry {
  const scale = /^LR_bicubic_(X\d)$/.exec(part)?.[1];
  const folder = scale === undefined ? `DIV2K_${split}_${part}` : `DIV2K_${split}_LR_bicubic/${scale}`;
  return {
    name: `${split === 'train' ? 'DIV2K' : 'DIV2K-valid'}${scale === undefined ? '' : `-${scale}`}`,
    url: `${DIV2K}/DIV2K_${split}_${part}.zip`,
    archiveFolder: folder,
    folder: `${split === 'train' ? 'train' : 'benchmarks'}/DIV2K/${folder}`,
    maxBytes,
    maxUnpackedBytes: maxBytes,
    sha256,
    licence: ACADEMIC,
  };
}

/**
 * What can be fetched by name: DIV2K from its publisher. The other sets have no official address that is sure to last. The digests are those of TensorFlow
 * Datasets (`tensorflow_datasets/datasets/div2k/checksums.tsv`).
 */
export const DATA_MANIFEST: readonly FetchEntry[] = [
  div2k('train', 'HR', 4e9, '9d0b9c463f6e35b6c62cc6a930ee2224f670b34c1df841a57670f9acf0f6c335'),
  div2k('train', 'LR_bicubic_X2', 2e9, 'a53a424317575838dadce4bcd97cf7b744d6855f43740ed5f0245af3cf4bd850'),
  div2k('train', 'LR_bicubic_X3', 1e9, 'ad5c8e5507e2765823d3c2c5bd0934842efcd487c5370604c224090898b3163a'),
  div2k('train', 'LR_bicubic_X4', 1e9, 'f006b837f4eb52b82909aa01478e6d6d199eefce932179491d0c9dbb706dde3a'),
  div2k('valid', 'HR', 1e9, '20dd31fd84d777bc1cf5d6b7654a3f569c0aec74458ae094122ad1d0489900fc'),
  div2k('valid', 'LR_bicubic_X2', 1e9, '60eed9875c697df51204aa579e2a699e1d5215095788a097ff54dd17e2664d57'),
  div2k('valid', 'LR_bicubic_X3', 1e9, '04b9a2ed3b4a0715d3924d3ae8514830c3328fac8d30512ce716d6f419e052a3'),
  div2k('valid', 'LR_bicubic_X4', 1e9, 'a50a5d1c4b88de4e8d300d8fb2b904c52fe93b2b298a4899697760d7cbb6d553'),
];
