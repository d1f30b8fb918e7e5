import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadParams, readPth, writeSafetensors } from '@distillery/models';
import { UserError, useEngine } from '@distillery/tensor';

/** Files that torch.save wrote: fixtures/pth/make.py, which says what they hold. */
const fixture = (name: string): Uint8Array => readFileSync(join(__dirname, 'fixtures/pth', name));

const WEIGHT = Array.from({ length: 24 }, (_, k) => k / 8 - 1);
const CONTENT = { 'conv.weight': { shape: [2, 3, 2, 2], data: WEIGHT }, 'conv.bias': { shape: [2], data: [0.5, -2] } };

function content(bytes: Uint8Array): Record<string, { shape: readonly number[]; data: number[] }> {
  return Object.fromEntries(Object.entries(readPth(bytes)).map(([name, { shape, data }]) => [name, { shape, data: [...data] }]));
}

/** What a file is refused with: the one line of a UserError. */
function refusal(bytes: Uint8Array): string {
  try {
    readPth(bytes, 'w.pth');
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    const { message } = error as Error;
    expect(message).toMatch(/^weights w\.pth: .+$/);
    return message.slice('weights w.pth: '.length);
  }
  return 'read';
}

/** A PyTorch zip file with this pickle and storages. */
function archive(pickle: Uint8Array | string, storages: Record<string, Uint8Array> = {}, level: 0 | 9 = 0): Uint8Array {
  const data = Object.entries(storages).map(([key, bytes]) => [`w/data/${key}`, bytes] as const);
  return zipSync({ 'w/data.pkl': Buffer.from(pickle as string, 'latin1'), ...Object.fromEntries(data) }, { level });
}

// Pickle, written out: arguments in the text forms of the opcodes.
const text = (value: string): string => `X${String.fromCharCode(value.length)}\0\0\0${value}`;
const int = (value: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return `J${bytes.toString('latin1')}`;
};
const tuple = (...items: string[]): string => `(${items.join('')}t`;
const storage = (elements: string, type = 'ctorch\nFloatStorage\n'): string =>
  `${tuple(text('storage'), type, text('0'), text('cpu'), elements)}Q`;
const tensor = (offset: string, shape: string, strides: string, source = storage(int(4))): string =>
  `ctorch._utils\n_rebuild_tensor_v2\n${tuple(source, offset, shape, strides, '\x89', ')')}R`;
const dict = (value: string): string => `\x80\x02}${text('a')}${value}s.`;
const FOUR = { 0: new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer) };

describe('readPth', () => {
  it.each([
    'zip',
    'legacy',
    'protocol4',
    'legacy-protocol4',
    'listed',
    'half',
    'bfloat16',
    'double',
    'views',
    'views-legacy',
    'wrapped',
    'averaged',
  ])('reads %s.pth as torch saved it', (name) => {
    expect(content(fixture(`${name}.pth`))).toEqual(CONTENT);
  });

  it('reads a deflated archive', () => {
    const deflated = zipSync(unzipSync(fixture('zip.pth')), { level: 9 });
    expect(deflated.length).toBeLessThan(fixture('zip.pth').length);
    expect(content(deflated)).toEqual(CONTENT);
  });

  it('reads integers, scalars, empty tensors and repeated elements', () => {
    const longs = { 0: new Uint8Array(BigInt64Array.of(-3n, 5n, 2n ** 40n, 0n).buffer) };
    const long = storage(int(4), 'ctorch\nLongStorage\n');
    const read = (value: string, storages: Record<string, Uint8Array>) => content(archive(dict(value), storages)).a;
    expect(read(tensor(int(1), tuple(int(2)), tuple(int(1)), long), longs)).toEqual({ shape: [2], data: [5, 2 ** 40] });
    expect(read(tensor(int(3), ')', ')'), FOUR)).toEqual({ shape: [], data: [4] });
    expect(read(tensor(int(0), tuple(int(0), int(5)), tuple(int(5), int(1))), FOUR)).toEqual({ shape: [0, 5], data: [] });
    expect(read(tensor(int(2), tuple(int(2), int(2)), tuple(int(0), int(1))), FOUR)).toEqual({ shape: [2, 2], data: [3, 4, 3, 4] });
  });

  it('keeps a name that means something to JavaScript a mere name', () => {
    const pickle = dict(tensor(int(0), tuple(int(1)), tuple(int(1)))).replace(text('a'), text('__proto__'));
    expect(Object.keys(readPth(archive(pickle, FOUR)))).toEqual(['__proto__']);
  });
});

describe('a hostile file is refused, and nothing of it is executed:', () => {
  it.each(['hostile.pth', 'hostile-legacy.pth'])('%s', (name) => {
    expect(refusal(fixture(name))).toBe('refused: its pickle asks for "posix.system"; only tensors are read, nothing is executed');
    expect(existsSync('distillery-was-here')).toBe(false);
  });

  it.each([
    ['a builtin', `c__builtin__\neval\n${tuple(text('1'))}R`, /asks for "__builtin__\.eval"/],
    ['a global by stack', `${text('os')}${text('system')}\x93`, /asks for "os\.system"/],
    ['a part of a module that attacks use', 'csubprocess\nPopen\n', /asks for "subprocess\.Popen"/],
    ['a line break in its name', `${text('os')}${text('sys\ntem')}\x93`, /asks for "os\.sys\\ntem"/],
    ['INST', '(ios\nsystem\n', /opcode 0x69/],
    ['OBJ', '(o', /opcode 0x6f/],
    ['an object of a function', 'ctorch._utils\n_rebuild_tensor_v2\n)\x81', /makes an object of something that is no class/],
    ['an extension', '\x82\x01', /opcode 0x82/],
    ['an opcode that no pickle has', '\xff', /opcode 0xff/],
    ['a call of a storage class', 'ctorch\nFloatStorage\n)R', /calls torch\.FloatStorage/],
    ['a call of no function', `${text('f')})R`, /damaged/],
    ['attributes of a list', ']}b', /sets attributes of something that is no object/],
    ['another persistent id', `${text('x')}Q`, /refers to something other than a storage/],
    ['a storage of no known class', storage(int(4), text('x')), /describes a storage wrongly/],
    ['a storage of negative size', storage(int(-4)), /describes a storage wrongly/],
    ['a tensor without storage', tensor(int(0), ')', ')', text('x')), /_rebuild_tensor_v2 with arguments that make no sense/],
    ['a negative offset', tensor(int(-1), ')', ')'), /arguments that make no sense/],
    ['a negative stride', tensor(int(3), tuple(int(4)), tuple(int(-1))), /arguments that make no sense/],
    ['fewer strides than axes', tensor(int(0), tuple(int(2), int(2)), tuple(int(1))), /arguments that make no sense/],
    ['an element after the end', tensor(int(1), tuple(int(4)), tuple(int(1))), /^tensor "a": reaches element 4 of a storage of 4/],
    ['a huge shape of one element', tensor(int(0), tuple(int(2 ** 30), int(2 ** 30)), tuple(int(0), int(0))), /far larger than the file/],
    ['a huge storage', tensor(int(0), ')', ')', storage(int(2 ** 30))), /^storage "0" is 16 bytes, expected 4294967296/],
    ['a thousand axes', tensor(int(0), tuple(int(1).repeat(1000)), tuple(int(1).repeat(1000))), /arguments that make no sense/],
    ['a missing storage', tensor(int(0), ')', ')', storage(int(4)).replace(text('0'), text('7'))), /^storage "7" is missing/],
    ['a dict with half an item', `}(${text('a')}u`, /damaged/],
    ['an item of a tuple', `)${text('a')}${text('b')}s`, /damaged/],
    ['a value that was never stored', 'h\x05', /damaged/],
    ['text longer than the file', 'X\xff\xff\xff\x7f', /damaged/],
    ['a number', int(3), /^holds a dict without tensors, expected a state dict/],
    ['a property of all objects', 'cconstructor\nconstructor\n', /^holds a dict without tensors/],
    ['a global with dots in its name', 'ctorch\n_utils._rebuild_tensor_v2.__globals__\n', /^holds a dict without tensors/],
  ])('%s', (_, value, message) => {
    expect(refusal(archive(dict(value), FOUR))).toMatch(message);
  });

  it.each([
    ['a list', ']', /holds no dict/],
    ['an object', 'cmylib\nModel\n)\x81', /holds an object of "mylib\.Model"/],
    ['an empty dict', '}', /an empty dict/],
    ['a dict of numbers', `}${int(1)}${int(2)}s`, /a dict without tensors/],
    ['nothing', '', /damaged/],
    ['17 MB of values', 'N'.repeat(17e6), /larger than 16 MiB/],
  ])('%s instead of a dict of tensors', (_, value, message) => {
    expect(refusal(archive(`\x80\x02${value}.`))).toMatch(message);
  });

  it('a shape that the pickle changes after its use stays as it was', () => {
    const state = `}${text('a')}${tensor(int(0), `]q\0${int(2)}a`, tuple(int(1)))}s`;
    const pickle = `\x80\x02}(${text('params')}${state}${text('x')}h\0${int(-9)}au.`;
    expect(content(archive(pickle, FOUR))).toEqual({ a: { shape: [2], data: [1, 2] } });
  });

  it('a list that is made a dict again and again does not multiply', () => {
    const pairs = `]((${text('a')}${tensor(int(0), ')', ')')}te`; // [('a', tensor)]
    const once = `ccollections\nOrderedDict\n${pairs}q\0\x85R`;
    expect(content(archive(`\x80\x02${once}.`, FOUR))).toEqual({ a: { shape: [], data: [1] } });
    const twice = `\x80\x02}(${text('x')}${once}${text('params')}ccollections\nOrderedDict\nh\0\x85Ru.`;
    expect(content(archive(twice, FOUR))).toEqual({ a: { shape: [], data: [1] } });
  });

  it('an archive that unpacks to far more than its size', () => {
    const bomb = archive(dict(tensor(int(0), ')', ')')), { 0: new Uint8Array(80 * 2 ** 20) }, 9);
    expect(bomb.length).toBeLessThan(2 ** 20);
    expect(refusal(bomb)).toMatch(/^a zip archive of \d+ bytes that unpacks to more than \d+$/);
  });

  it('an archive of something else, a pickle of something else, NaN', () => {
    expect(refusal(zipSync({ 'readme.txt': new Uint8Array(4) }))).toBe('a zip archive that torch.save did not write (no data.pkl)');
    expect(refusal(fixture('plain.pkl'))).toBe('not a PyTorch file (a pickle of another kind)');
    const nan = { 0: new Uint8Array(Float32Array.of(1, NaN, 3, 4).buffer) };
    expect(refusal(archive(dict(tensor(int(0), tuple(int(4)), tuple(int(1)))), nan))).toBe(
      'tensor "a": value 1 is NaN, expected finite numbers',
    );
  });

  it('a big-endian file', () => {
    const files = { ...unzipSync(fixture('zip.pth')), 'zip/byteorder': Buffer.from('big') };
    expect(refusal(zipSync(files, { level: 0 }))).toBe('big-endian, expected little-endian');
  });
});

describe('a damaged file', () => {
  const names = ['zip.pth', 'legacy.pth', 'views-legacy.pth', 'wrapped.pth'];
  const deflated = zipSync(unzipSync(fixture('zip.pth')), { level: 9 });
  const files = fc.constantFrom(...names.map(fixture), deflated);

  it('is refused in one line wherever it is cut off', () => {
    for (const file of [...names.map(fixture), deflated])
      for (let length = 0; length < file.length; length++) expect(refusal(file.subarray(0, length))).not.toBe('read');
  });

  it('never causes anything but a refusal, whatever bytes are changed', () => {
    const change = fc.record({ at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), to: fc.nat(255) });
    fc.assert(
      fc.property(files, fc.array(change, { minLength: 1, maxLength: 8 }), (file, changes) => {
        const damaged = Uint8Array.from(file);
        for (const { at, to } of changes) damaged[Math.floor(at * damaged.length)] = to;
        // Expects a UserError of one line, or finite tensors of the stated size.
        if (refusal(damaged) === 'read')
          for (const { shape, data } of Object.values(readPth(damaged))) expect(data).toHaveLength(tf.util.sizeFromShape([...shape]));
      }),
      { numRuns: 2000 },
    );
  });

  it('never causes anything but a refusal, whatever pickle it holds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (pickle) => {
        refusal(archive(pickle, FOUR));
      }),
      { numRuns: 500 },
    );
  });
});

describe('loadParams', () => {
  beforeAll(async () => {
    await useEngine('wasm');
  });
  const shapes = { 'conv.weight': [2, 2, 3, 2], 'conv.bias': [2] };
  const model = { name: 'Conv', scale: 1, shapes, constants: {} };

  it.each(['zip.pth', 'legacy.pth'])('reads %s by its content, kernels from OIHW to HWIO', (name) => {
    const params = loadParams(model, join(__dirname, 'fixtures/pth', name));
    const [o, i, y, x] = [1, 2, 0, 1];
    expect((params['conv.weight'] as tf.Tensor4D).arraySync()[y]?.[x]?.[i]?.[o]).toBe(WEIGHT[((o * 3 + i) * 2 + y) * 2 + x]);
    expect(params['conv.bias']?.dataSync()).toEqual(Float32Array.of(0.5, -2));
    const official = { 'conv.weight': { shape: [2, 3, 2, 2], data: Float32Array.from(WEIGHT) } };
    const same = loadParams({ ...model, shapes: { 'conv.weight': [2, 2, 3, 2] } }, writeSafetensors(official));
    expect(same['conv.weight']?.dataSync()).toEqual(params['conv.weight']?.dataSync());
    tf.dispose([params, same]);
  });

  it('names what is missing, unexpected and misshaped', () => {
    const other = { ...model, shapes: { 'conv.weight': [3, 3, 3, 2], 'body.0.bias': [2] } };
    expect(() => loadParams(other, fixture('zip.pth'), { label: 'w.pth' })).toThrow(
      'weights w.pth: not those of Conv: missing body.0.bias; unexpected conv.bias; conv.weight is [2, 2, 3, 2], expected [3, 3, 3, 2]',
    );
  });

  it('tells a safetensors file whose header length starts as a pickle does', () => {
    const padded = (note: string) => writeSafetensors({ a: { shape: [1], data: Float32Array.of(7) } }, { note });
    const bytes = padded('x'.repeat(0x280 - (padded('').length - 12)));
    expect(bytes.subarray(0, 2)).toEqual(Buffer.of(0x80, 0x02));
    const params = loadParams({ ...model, shapes: { a: [1] } }, bytes);
    expect(params.a?.dataSync()).toEqual(Float32Array.of(7));
    tf.dispose(params);
  });
});
