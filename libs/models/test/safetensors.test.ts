import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '@distillery/models';
import { UserError } from '@distillery/tensor';
import { bfloat16, float16 } from '../src/weights/decode';

/** A safetensors file from its parts, valid or not. */
function file(header: unknown, body: Uint8Array = new Uint8Array()): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, body]);
}

const tensorsArbitrary = fc.dictionary(
  fc.string({ maxLength: 12 }).filter((name) => name !== '__metadata__'),
  fc.array(fc.nat(4), { maxLength: 4 }).chain((shape) => {
    const size = shape.reduce((product, side) => product * side, 1);
    const values = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: size, maxLength: size });
    return values.map((data) => ({ shape, data: Float32Array.from(data) }));
  }),
);
const metadataArbitrary = fc.dictionary(fc.string({ maxLength: 12 }), fc.string());

describe('writeSafetensors and readSafetensors', () => {
  it('round trip any names, shapes, finite values and metadata', () => {
    fc.assert(
      fc.property(tensorsArbitrary, metadataArbitrary, (tensors, metadata) => {
        const read = readSafetensors(writeSafetensors(tensors, metadata));
        expect(Object.entries(read.metadata).sort()).toEqual(Object.entries(metadata).sort());
        expect(Object.keys(read.tensors).sort()).toEqual(Object.keys(tensors).sort());
        for (const [name, { shape, data }] of Object.entries(tensors)) {
          const stored = read.tensors[name];
          expect(stored?.shape).toEqual(shape);
          expect(Buffer.from(stored?.data.buffer as ArrayBuffer)).toEqual(Buffer.from(data.buffer));
        }
      }),
    );
  });

  it('writes the same bytes whatever the order of the tensors', () => {
    const a = { shape: [2], data: Float32Array.of(1, 2) };
    const b = { shape: [], data: Float32Array.of(3) };
    expect(writeSafetensors({ a, b })).toEqual(writeSafetensors({ b, a }));
  });

  it('refuses to write NaN, naming the tensor', () => {
    expect(() => writeSafetensors({ 'body.0.weight': { shape: [1], data: Float32Array.of(NaN) } })).toThrow(/"body.0.weight".*NaN/);
  });

  it('reads the bytes of the format description', () => {
    // Laid out by hand: header length 0x3d = 61, padded JSON, little-endian 1.5 and -2.
    const bytes = Buffer.from(
      '3d00000000000000' +
        Buffer.from('{"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}     ').toString('hex') +
        '0000c03f000000c0',
      'hex',
    );
    expect(readSafetensors(bytes).tensors).toEqual({ w: { dtype: 'F32', shape: [1, 2], data: Float32Array.of(1.5, -2) } });
  });

  it.each([
    ['F64', Buffer.from(new Float64Array([0.5, -3]).buffer), [0.5, -3]],
    ['F16', Buffer.from(new Uint16Array([0x3c00, 0xc500]).buffer), [1, -5]],
    ['BF16', Buffer.from(new Uint16Array([0x3f80, 0xc0a0]).buffer), [1, -5]],
    ['I64', Buffer.from(new BigInt64Array([7n, -9n]).buffer), [7, -9]],
    ['I32', Buffer.from(new Int32Array([70000, -9]).buffer), [70000, -9]],
    ['I16', Buffer.from(new Int16Array([300, -9]).buffer), [300, -9]],
    ['I8', Buffer.from([7, 0xf7]), [7, -9]],
    ['U8', Buffer.from([7, 0xf7]), [7, 247]],
    ['BOOL', Buffer.from([0, 1]), [0, 1]],
  ])('decodes %s', (dtype, body, values) => {
    const { tensors } = readSafetensors(file({ t: { dtype, shape: [2], data_offsets: [0, body.length] } }, body));
    expect(Array.from(tensors.t?.data ?? [])).toEqual(values);
  });

  it('decodes half floats at their limits (values by IEEE 754)', () => {
    expect([0x0001, 0x03ff, 0x0400, 0x7bff, 0x3555].map(float16)).toEqual([2 ** -24, 1023 * 2 ** -24, 2 ** -14, 65504, 0.333251953125]);
    expect(float16(0x7c00)).toBe(Infinity);
    expect(float16(0xfe00)).toBeNaN();
    expect(Object.is(float16(0x8000), -0)).toBe(true);
    expect([bfloat16(0x7f7f), bfloat16(0xff80)]).toEqual([3.3895313892515355e38, -Infinity]);
  });
});

describe('readSafetensors refuses, in one line,', () => {
  const entry = (begin: number, end: number): unknown => ({ dtype: 'F32', shape: [(end - begin) / 4], data_offsets: [begin, end] });
  const nan = Buffer.from(Float32Array.of(1, NaN).buffer);

  it.each([
    ['a file of 3 bytes', Buffer.from([1, 2, 3]), /too short/],
    ['an impossible header length', Buffer.alloc(64, 0xff), /nor a PyTorch file \(it begins with the bytes ff ff/],
    ['a header that is cut off', file({ a: entry(0, 4) }).subarray(0, 20), /truncated: the header/],
    ['a header that is not JSON', file('not json'), /not JSON/],
    ['a header that is an array', file([]), /not a JSON object/],
    ['metadata that are not strings', file({ __metadata__: { a: 1 } }), /"a" is not a string/],
    ['tensors that are cut off', file({ a: entry(0, 8) }, new Uint8Array(4)), /truncated.*"a"/],
    ['overlapping tensors', file({ a: entry(0, 8), b: entry(4, 12) }, new Uint8Array(12)), /"b".*overlapping/],
    ['a hole', file({ a: entry(4, 8) }, new Uint8Array(8)), /"a".*hole/],
    ['bytes after the last tensor', file({ a: entry(0, 4) }, new Uint8Array(8)), /4 unexpected bytes/],
    [
      'an element type it does not know',
      file({ a: { dtype: 'F8_E4M3', shape: [1], data_offsets: [0, 1] } }, new Uint8Array(1)),
      /F8_E4M3.*expected one of F64/,
    ],
    [
      'an element type that is no string',
      file({ a: { dtype: { toString: 1 }, shape: [1], data_offsets: [0, 1] } }, new Uint8Array(1)),
      /"a".*type missing/,
    ],
    [
      'a size that contradicts the shape',
      file({ a: { dtype: 'F32', shape: [3], data_offsets: [0, 4] } }, new Uint8Array(4)),
      /"a".*12 bytes.*span 4/,
    ],
    ['a negative side', file({ a: { dtype: 'F32', shape: [-1], data_offsets: [0, 4] } }, new Uint8Array(4)), /shape/],
    ['reversed offsets', file({ a: { dtype: 'F32', shape: [1], data_offsets: [4, 0] } }, new Uint8Array(4)), /span -4/],
    ['NaN', file({ 'body.1.bias': entry(0, 8) }, nan), /"body.1.bias": value 1 is NaN/],
    ['a name of several lines', file({ 'a\nb': 1 }), /"a\\nb"/],
  ])('%s', (_what, bytes, message) => {
    const read = (): unknown => readSafetensors(bytes);
    expect(read).toThrow(UserError);
    expect(read).toThrow(message);
    expect(read).toThrow(/^[^\n]*$/);
  });

  it('any truncation of a valid file', () => {
    const bytes = writeSafetensors(
      { a: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }, b: { shape: [1], data: Float32Array.of(5) } },
      { note: 'x' },
    );
    for (let length = 0; length < bytes.length; length++) expect(() => readSafetensors(bytes.subarray(0, length))).toThrow(UserError);
  });

  it('any damaged byte, or reads it: never another error', () => {
    const bytes = writeSafetensors(
      { a: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }, b: { shape: [1], data: Float32Array.of(5) } },
      { note: 'x' },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (damage) => {
        const damaged = Buffer.from(bytes);
        for (const [at, value] of damage) damaged[at] = value;
        try {
          readSafetensors(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  describe('from disk', () => {
    const folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
    afterAll(() => rmSync(folder, { recursive: true }));

    it('names the file that is missing or damaged', () => {
      expect(() => readSafetensors(join(folder, 'none.safetensors'))).toThrow(/none\.safetensors.*ENOENT/);
      expect(() => readSafetensors(folder)).toThrow(/EISDIR/);
      const path = join(folder, 'cut.safetensors');
      writeFileSync(path, Buffer.alloc(4));
      expect(() => readSafetensors(path)).toThrow(/cut\.safetensors.*too short/);
    });
  });
});
