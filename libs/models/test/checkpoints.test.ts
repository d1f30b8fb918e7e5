import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadModel, readSafetensors, saveStateDict, writeSafetensors, type StoredTensor } from '@distillery/models';
import { UserError, useEngine } from '@distillery/tensor';

/** Written by golden/make_checkpoints.py, which says what each file is. */
interface Golden {
  readonly source: string;
  readonly size: readonly [number, number];
  readonly image: readonly number[];
  /** Every so many values of the output are stored. */
  readonly step: number;
  readonly checkpoints: readonly Checkpoint[];
}

interface Checkpoint {
  readonly name: string;
  readonly model: string;
  readonly scale: number;
  /** What a user has to say of it. */
  readonly given?: { readonly rgbRange?: 1 | 255; readonly mean?: [number, number, number]; readonly key?: string };
  readonly unknownRange?: boolean;
  readonly output: readonly number[];
}

const golden = JSON.parse(readFileSync(join(__dirname, 'golden/checkpoints.json'), 'utf8')) as Golden;
const FOLDER = join(__dirname, 'fixtures/checkpoints');
const file = (name: string): string => join(FOLDER, `${name}.pth`);

beforeAll(async () => {
  await useEngine('wasm');
});

function refusal(load: () => unknown): string {
  try {
    load();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message.replaceAll(`${FOLDER}/`, '');
  }
  return 'loaded';
}

describe('a checkpoint as somebody saved it', () => {
  it('has a golden', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(golden.checkpoints.map(({ name }) => `${name}.pth`).sort());
  });

  it.each(golden.checkpoints)(
    '$name gives what PyTorch gives, its network told by the shapes alone',
    ({ name, model: title, scale, given, unknownRange, output }) => {
      const { model, params, notes } = loadModel(undefined, undefined, file(name), given);
      expect([model.name, model.scale]).toEqual([title, scale]);
      const [height, width] = golden.size;
      const x = tf.tensor4d([...golden.image], [1, height, width, 3]);
      const y = model.apply(params, x);
      expect(y.shape).toEqual([1, scale * height, scale * width, 3]);
      const values = y.dataSync().filter((_, i) => i % golden.step === 0);
      expect(values).toHaveLength(output.length);
      const worst = output.reduce((most, expected, i) => Math.max(most, Math.abs(expected - (values[i] as number))), 0);
      const largest = output.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      expect(worst / largest).toBeLessThan(3e-6);
      expect(notes.some((note) => note.includes('value range'))).toBe(unknownRange === true);
      tf.dispose([params, x, y]);
    },
  );
});

describe('what a file does not tell', () => {
  it('is assumed with a note, and other values are another network', () => {
    const [assumed, stated] = [
      loadModel(undefined, undefined, file('range1-unknown')),
      loadModel(undefined, undefined, file('range1-unknown'), { rgbRange: 1 }),
    ];
    expect([assumed.model.pixelRange, stated.model.pixelRange]).toEqual([255, 1]);
    expect(assumed.notes.filter((note) => note.includes('255 is assumed'))).toHaveLength(1);
    tf.dispose([assumed.params, stated.params]);
  });

  it('cannot be contradicted where it does', () => {
    expect(refusal(() => loadModel(undefined, undefined, file('range1'), { rgbRange: 255 }))).toBe(
      '--rgb-range 255: the mean shift in the weights says 1',
    );
    expect(refusal(() => loadModel(undefined, undefined, file('imdn'), { rgbRange: 255 }))).toBe(
      '--rgb-range: IMDN works with values of one range',
    );
    expect(refusal(() => loadModel(undefined, undefined, file('imdn'), { mean: [0.5, 0.5, 0.5] }))).toMatch(/^--mean: IMDN/);
  });

  it('is asked for where two networks would fit', () => {
    expect(refusal(() => loadModel(undefined, undefined, file('two')))).toBe(
      'weights two.pth: several networks that fit, expected --key with one of "teacher", "student"',
    );
    expect(refusal(() => loadModel(undefined, undefined, file('two'), { key: 'pupil' }))).toBe(
      'weights two.pth: no tensors under the key "pupil", expected "teacher", "student"',
    );
  });
});

describe('a safetensors file', () => {
  let saved: Readonly<Record<string, StoredTensor>> = {};
  beforeAll(async () => {
    await useEngine('wasm');
    const { model, params } = loadModel(undefined, undefined, file('half'));
    saved = readSafetensors(saveStateDict(model, params)).tensors;
    tf.dispose(params);
  });
  const prefixed = (...prefixes: string[]): Buffer =>
    writeSafetensors(
      Object.fromEntries(prefixes.flatMap((prefix) => Object.entries(saved).map(([name, tensor]) => [prefix + name, tensor]))),
    );
  const bias = (bytes: Buffer, key?: string): Float32Array => {
    const { params } = loadModel(undefined, undefined, bytes, { key });
    const values = params['head.0.bias']?.dataSync<'float32'>() as Float32Array;
    tf.dispose(params);
    return values;
  };

  it.each(['module.', 'model.', 'net.', 'generator.', '_orig_mod.', 'module._orig_mod.', 'model.net_g._orig_mod.module.'])(
    'may have the prefix %s',
    (prefix) => {
      expect(bias(prefixed(prefix))).toEqual(saved['head.0.bias']?.data);
    },
  );

  it('of two networks is not chosen from, unless a key says which or one is averaged', () => {
    expect(refusal(() => bias(prefixed('teacher.', 'student.')))).toBe(
      'weights weights data: several networks that fit, expected --key with one of "student", "teacher"',
    );
    expect(bias(prefixed('teacher.', 'student.'), 'student')).toEqual(saved['head.0.bias']?.data);
    expect(bias(prefixed('model.', 'model_ema.'))).toEqual(saved['head.0.bias']?.data);
  });

  it('that is one of several is called so', () => {
    const folder = mkdtempSync(join(tmpdir(), 'distillery-shard-'));
    const path = join(folder, 'model-00001-of-00002.safetensors');
    const part = Object.entries(saved).filter(([name]) => name !== 'tail.1.weight');
    writeFileSync(path, writeSafetensors(Object.fromEntries(part)));
    expect(refusal(() => loadModel('edsr-baseline', 2, path))).toMatch(/the file is part 1 of 2, expected one file with all tensors$/);
    rmSync(folder, { recursive: true });
  });
});

describe('a file of another network', () => {
  it('is told in a short line, and by what it is', () => {
    const message = refusal(() => loadModel('edsr-baseline', 4, file('csd')));
    expect(message).toMatch(
      /^weights csd\.pth: not those of EDSR x4: missing body\.\d.*and \d+ more.*; its tensors are those of EDSR x4 \(features 4, blocks 2, .*\)$/,
    );
    expect(message.length).toBeLessThan(600);
  });

  it('of no known network is said to be so', () => {
    expect(refusal(() => loadModel(undefined, undefined, join(__dirname, 'fixtures/pth/zip.pth')))).toMatch(
      /^weights .*zip\.pth: not those of any network that is known: its tensors are "conv\.weight", "conv\.bias"$/,
    );
  });

  it.each([
    ['<!DOCTYPE html><html>sign in</html>', /an HTML page/],
    ['\n <html lang="en">', /an HTML page/],
    ['version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n', /a pointer of git LFS/],
    ['\x1f\x8b\x08\0\0\0\0\0', /a gzip archive/],
    [
      '{"weight_map": {"a": "model-00001-of-00002.safetensors"}}',
      /the index of weights in several files \(model-00001-of-00002\.safetensors \.\.\.\)/,
    ],
    ['', /an empty file/],
    ['\x89HDF\r\n\x1a\n', /an HDF5 file/],
    [' {"a": 1}', /a JSON text/],
    ['Too many requests\n', /: a text that begins with "Too many requests"$/],
    ['<?xml version="1.0"?><Error/>', /an XML text/],
    ['\x08\x08\x12\x07pytorch\x1a\x042.1.0', /an ONNX model/],
    ['\x1c\0\0\0TFL3\0\0', /a TensorFlow Lite model/],
    ['\x89PNG\r\n\x1a\n', /an image/],
    ['%PDF-1.7\n\xe2', /a PDF/],
    ['\0'.repeat(100), /nothing but zeros/],
  ])('%j is called what it is', (text, message) => {
    expect(refusal(() => loadModel('edsr', 2, Buffer.from(text, 'latin1')))).toMatch(message);
  });
});
