import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '@distillery/models';
import { UserError, useEngine } from '@distillery/tensor';

/** Written by golden/make_authors_checkpoints.py, which says what each file is. */
interface Golden {
  readonly size: readonly [number, number];
  /** By number of channels. */
  readonly images: Readonly<Record<string, readonly number[]>>;
  /** Every so many values of the output are stored. */
  readonly step: number;
  readonly checkpoints: readonly (Loaded | { readonly name: string; readonly refused: string })[];
}

interface Loaded {
  readonly name: string;
  readonly model: string;
  readonly scale: 2 | 3 | 4;
  readonly channels?: 1;
  /** No shape depends on the scale, so that it has to be said. */
  readonly stated?: boolean;
  /** The largest error of PyTorch itself in float32. */
  readonly float32: number;
  readonly output: readonly number[];
}

const golden = JSON.parse(readFileSync(join(__dirname, 'golden/authors-checkpoints.json'), 'utf8')) as Golden;
const FOLDER = join(__dirname, 'fixtures/authors');
const file = (name: string): string => join(FOLDER, `${name}.pth`);
const loaded = golden.checkpoints.filter((checkpoint) => 'output' in checkpoint);
const refused = golden.checkpoints.filter((checkpoint) => 'refused' in checkpoint);

beforeAll(async () => {
  await useEngine('wasm');
});

describe("a checkpoint that a paper's own code saved", () => {
  it('has a golden', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(golden.checkpoints.map(({ name }) => `${name}.pth`).sort());
  });

  it.each(loaded)(
    '$name gives what that code gives, its network told by the shapes',
    ({ name, model: title, scale, channels = 3, stated, float32, output }) => {
      if (stated) expect(() => loadModel(undefined, undefined, file(name))).toThrow(/expected --scale 2, 3, 4$/);
      const { model, params } = loadModel(undefined, stated ? scale : undefined, file(name));
      expect([model.name, model.scale, model.channels]).toEqual([title, scale, channels]);
      const [height, width] = golden.size;
      const x = tf.tensor4d([...(golden.images[channels] as readonly number[])], [1, height, width, channels]);
      const y = model.apply(params, x);
      expect(y.shape).toEqual([1, scale * height, scale * width, channels]);
      const values = y.dataSync().filter((_, i) => i % golden.step === 0);
      expect(values).toHaveLength(output.length);
      const worst = output.reduce((most, expected, i) => Math.max(most, Math.abs(expected - (values[i] as number))), 0);
      expect(worst).toBeLessThan(Math.max(3e-6, 6 * float32));
      tf.dispose([params, x, y]);
    },
  );

  it.each(refused)('$name is refused by what it is', ({ name, refused: what }) => {
    expect(() => loadModel(undefined, undefined, file(name))).toThrow(UserError);
    expect(() => loadModel(undefined, undefined, file(name))).toThrow(what);
    expect(() => loadModel('fsrcnn', 2, file(name))).toThrow(what);
  });
});
