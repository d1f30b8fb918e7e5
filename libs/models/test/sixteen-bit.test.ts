import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { toEightBit, type Image } from '@distillery/data';
import { edsr, fsrcnn, upscale, type Model } from '@distillery/models';
import { disposeParams, useEngine } from '@distillery/tensor';
import { patternParams } from './golden/golden';

/** Written by golden/make_sixteen_bit.py, which says how. */
interface Golden {
  readonly size: readonly [number, number];
  readonly rgb: readonly number[];
  readonly grey: readonly number[];
  readonly edsr: { readonly options: Parameters<typeof edsr>[0]; readonly output: readonly number[] };
  readonly fsrcnn: { readonly options: Parameters<typeof fsrcnn>[0]; readonly output: readonly number[] };
}

const golden = JSON.parse(readFileSync(join(__dirname, 'golden/sixteen-bit.json'), 'utf8')) as Golden;
const [width, height] = golden.size;
const CASES: readonly [string, Model, Image<Uint16Array>, readonly number[]][] = [
  ['RGB', edsr(golden.edsr.options), { width, height, channels: 3, data: Uint16Array.from(golden.rgb) }, golden.edsr.output],
  ['grey', fsrcnn(golden.fsrcnn.options), { width, height, channels: 1, data: Uint16Array.from(golden.grey) }, golden.fsrcnn.output],
];

beforeAll(async () => {
  await useEngine('wasm');
});

describe('an image of 16 bits', () => {
  it.each(CASES)(
    'in %s goes through a network with all its bits, and comes out with as many, as in PyTorch',
    async (_, model, image, output) => {
      const params = patternParams(model);
      const result = await upscale(model, params, image);
      expect(result.data).toBeInstanceOf(Uint16Array);
      const worst = (values: Uint16Array): number => Math.max(...output.map((expected, i) => Math.abs(expected - (values[i] as number))));
      expect(result.data).toHaveLength(output.length);
      // Half of a unit is rounding; the rest is float32.
      expect(worst(result.data)).toBeLessThan(1.5);
      // What eight bits would have made of it is far from that.
      const eight = await upscale(model, params, toEightBit(image));
      expect(worst(Uint16Array.from(eight.data, (value) => value * 257))).toBeGreaterThan(40);
      disposeParams(params);
    },
  );
});
