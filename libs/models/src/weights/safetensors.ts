import { readFileSync, statSync } from 'node:fs';
import { UserError } from '@distillery/tensor';
import { bytesPerElement, decode, DTYPES, type Dtype } from './decode';
import { checkFinite, elements, failFor, isCounts, quote, type Fail } from './problem';

/** A tensor of a weights file. `dtype` is how the file stores it; `data` is always float32, row-major. */
export interface StoredTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface Safetensors {
  readonly tensors: Readonly<Record<string, StoredTensor>>;
  /** The header's `__metadata__`: strings by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

interface Entry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The format's own limit on the header. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * Reads a `.safetensors` file (or its bytes, called `label` in messages): 8 bytes little-endian header length n, n bytes of JSON
 * `{name: {dtype, shape, data_offsets: [begin, end]}, __metadata__}`, then the tensors' bytes without holes.
 * Throws UserError in one line for a missing or truncated file, a header that is no such JSON, unknown element types, offsets that
 * overlap, leave holes or run past the end, sizes that contradict the shape, and values that are NaN or infinite.
 * Source: https://github.com/huggingface/safetensors (format description).
 */
export function readSafetensors(file: string | Uint8Array, label = typeof file === 'string' ? file : 'safetensors data'): Safetensors {
  const bytes = typeof file === 'string' ? readBytes(file) : file;
  const fail = failFor(label);
  const { header, body } = splitFile(bytes, fail);
  const { __metadata__, ...descriptions } = header;
  const entries = Object.entries(descriptions).map(([name, description]) => parseEntry(name, description, fail));
  checkLayout(entries, body.byteLength, fail);
  const tensors = entries.map((entry) => [entry.name, readTensor(entry, body, fail)] as const);
  return { tensors: Object.fromEntries(tensors), metadata: parseMetadata(__metadata__, fail) };
}

/**
 * A safetensors file of float32 tensors. Names are sorted, so that the same tensors and metadata give the same bytes.
 * Throws UserError naming a tensor that holds NaN or infinity, RangeError if a shape contradicts its data.
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>>,
  metadata: Readonly<Record<string, string>> = {},
): Buffer {
  const names = Object.keys(tensors).sort();
  const entries: [string, unknown][] = [['__metadata__', metadata]];
  const chunks: Buffer[] = [];
  let offset = 0;
  for (const name of names) {
    const { shape, data } = tensors[name] as { shape: readonly number[]; data: Float32Array };
    if (elements(shape) !== data.length)
      throw new RangeError(`tensor ${quote(name)}: shape [${shape.join(', ')}] but ${data.length} values`);
    if (!data.every(Number.isFinite)) throw new UserError(`tensor ${quote(name)}: holds NaN or infinite values, not written`);
    const end = offset + data.byteLength;
    entries.push([name, { dtype: 'F32', shape, data_offsets: [offset, end] }]);
    chunks.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    offset = end;
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)), 'utf8');
  // The format asks for tensors aligned to 8 bytes, by spaces at the end of the header.
  const header = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, ...chunks]);
}

export function readBytes(path: string): Uint8Array {
  // To open a pipe would wait for whoever writes to it; those that the shell has opened (`/dev/fd/63`) are written to.
  if (statSync(path, { throwIfNoEntry: false })?.isFIFO() && !/^\/(dev|proc\/self)\//.test(path))
    throw new UserError(`weights ${path}: a pipe, expected a weights file`);
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UserError(
      `weights ${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}), expected a weights file`,
    );
  }
}

function splitFile(bytes: Uint8Array, fail: Fail): { header: Record<string, unknown>; body: Uint8Array } {
  if (bytes.byteLength < 8) fail(`${bytes.byteLength} bytes, too short for a safetensors file`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES) fail(`not a safetensors file, nor a PyTorch file (it begins with the bytes ${hex(bytes)})`);
  if (8 + length > bytes.byteLength) fail(`truncated: the header should be ${length} bytes, the file ends after ${bytes.byteLength - 8}`);
  const header = parseJson(bytes.subarray(8, 8 + length), fail);
  return { header, body: bytes.subarray(8 + length) };
}

/** Its first bytes, for messages. */
function hex(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function parseJson(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return fail('not a safetensors file (its header is not JSON)');
  }
  return isRecord(header) ? header : fail('not a safetensors file (its header is not a JSON object)');
}

function parseMetadata(metadata: unknown, fail: Fail): Record<string, string> {
  if (metadata === undefined) return {};
  if (!isRecord(metadata)) return fail('__metadata__ in its header is not a JSON object');
  const texts = Object.entries(metadata).map(([key, text]) =>
    typeof text === 'string' ? ([key, text] as const) : fail(`__metadata__ entry ${quote(key)} is not a string`),
  );
  return Object.fromEntries(texts);
}

function parseEntry(name: string, description: unknown, fail: Fail): Entry {
  if (!isRecord(description)) return fail(`tensor ${quote(name)}: its header entry is not an object`);
  const { dtype, shape, data_offsets: offsets } = description;
  if (!isDtype(dtype))
    return fail(
      `tensor ${quote(name)}: element type ${typeof dtype === 'string' ? quote(dtype) : 'missing or'} not supported, expected one of ${DTYPES.join(', ')}`,
    );
  if (!isCounts(shape)) return fail(`tensor ${quote(name)}: its shape is not a list of non-negative integers`);
  if (!isCounts(offsets) || offsets.length !== 2) return fail(`tensor ${quote(name)}: its data_offsets are not two non-negative integers`);
  const [begin, end] = offsets as [number, number];
  const expected = elements(shape) * bytesPerElement(dtype);
  if (end - begin !== expected)
    return fail(`tensor ${quote(name)}: ${dtype} [${shape.join(', ')}] takes ${expected} bytes, its offsets span ${end - begin}`);
  return { name, dtype, shape, begin, end };
}

function checkLayout(entries: readonly Entry[], bodyBytes: number, fail: Fail): void {
  let covered = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (end > bodyBytes)
      fail(`truncated or corrupt: tensor ${quote(name)} ends at byte ${end}, but only ${bodyBytes} bytes of tensors follow the header`);
    if (begin !== covered)
      fail(`tensor ${quote(name)}: starts at byte ${begin}, ${begin < covered ? 'overlapping another tensor' : 'leaving a hole'}`);
    covered = end;
  }
  if (covered !== bodyBytes) fail(`${bodyBytes - covered} unexpected bytes after the last tensor`);
}

function readTensor({ name, dtype, shape, begin, end }: Entry, body: Uint8Array, fail: Fail): StoredTensor {
  const data = decode(dtype, body.subarray(begin, end));
  checkFinite(name, data, fail);
  return { dtype, shape, data };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDtype(value: unknown): value is Dtype {
  return (DTYPES as readonly unknown[]).includes(value);
}
