import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import type { z } from 'zod';
import { chain } from '../layers/chain';
import { conv, convParams } from '../layers/conv';
import { addMean, meanShiftConstants, subtractMean } from '../layers/mean-shift';
import { layers, repeated, type ParamSpecs } from '../layers/parameters';
import { convShuffle } from '../layers/pixel-shuffle';
import { SCALES, UPSAMPLER_HALO, type Scale } from '../layers/upsampler';
import { convSize, type FileShapes } from '../weights/file-shapes';
import { csdCarnNames } from '../weights/name-schemes';
import { architecture, type Config } from '../architecture';
import { choice, count, flag, optionsSchema } from '../options';

const options = optionsSchema({
  features: count,
  /** CARN-M: residual blocks of two grouped 3x3 convolutions and a 1x1, whose weights the three units of a block share; grouped up-sampler. */
  mobile: flag,
  /** Groups of CARN-M's 3x3 convolutions and up-sampler (4); unused otherwise. */
  groups: count,
  /** An up-sampler for the network's own scale, or for all three, as the published weights have them. */
  heads: choice('one', 'all').default('one'),
  /** `csd`, as CSD trains it: no ReLU behind a residual block's sum nor in the up-sampler, and values up to 255 inside. Absent: the official one. */
  form: choice('official', 'csd').optional(),
}).refine(({ features, groups }) => features % groups === 0, { path: ['groups'], error: 'expected a divisor of features' });

export type CarnConfig = Config<typeof options>;

/** The same with defaults filled in. */
type CarnOptions = z.output<typeof options> & { readonly scale: Scale };

/** Units of each cascade: 3 cascading blocks of 3 residual blocks each. */
const UNITS = [1, 2, 3] as const;

/**
 * CARN and CARN-M (Ahn et al., ECCV 2018): conv; three cascading blocks, each of three residual blocks; after every unit, all earlier results of the cascade
 * are concatenated and fused by a 1x1 convolution and ReLU, inside blocks and between them; sub-pixel up-sampler; conv. RGB.
 * Parameters under the names of nmhkahn/CARN-pytorch. Taps: `entry`, `b1`, `b2`, `b3` (fused).
 */
export const carn = architecture({
  id: 'carn',
  title: 'CARN',
  source: 'Ahn et al., ECCV 2018',
  options,
  scales: SCALES,
  exportsAnySize: true,
  names: [csdCarnNames],
  infer(shapes) {
    const [entry, first] = [convSize(shapes, 'entry'), convSize(shapes, 'b1.b1.body.0')];
    if (entry === null || first === null || first.inputs < 1) return null;
    const features = entry.outputs;
    const mobile = convSize(shapes, 'b1.b1.body.4') !== null;
    const heads = Object.keys(shapes).some((name) => name.startsWith('upsample.up.')) ? 'one' : 'all';
    // Groups mean nothing to CARN itself; 4 is what its networks in the zoo say.
    const groups = mobile ? features / first.inputs : features % 4 === 0 ? 4 : 1;
    // CSD keeps the mean shift as EDSR does.
    const form = Object.hasOwn(shapes, 'sub_mean.weight') ? { form: 'csd' } : {};
    return { options: { features, mobile, groups, heads, ...form }, scale: heads === 'one' ? singleScale(shapes, features) : null };
  },
  variants: ['heads', 'form'],
  zoo: {
    carn: {
      description: 'CARN with up-samplers for all scales, RGB (Ahn et al., ECCV 2018)',
      options: { features: 64, groups: 4, mobile: false, heads: 'all' },
      printedParameters: { 2: '1592K', 3: '1592K', 4: '1592K' },
    },
    'carn-m': {
      // The paper prints 412K; its code has changed the up-sampler since.
      description: 'CARN-M with up-samplers for all scales, RGB (Ahn et al., ECCV 2018)',
      options: { features: 64, groups: 4, mobile: true, heads: 'all' },
    },
  },
  network(config) {
    const { mobile, form } = config;
    const range = form === 'csd' ? 255 : 1;
    return {
      name: mobile ? 'CARN-M' : 'CARN',
      channels: 3,
      pixelRange: range,
      halo: 1 + UNITS.length * UNITS.length * 2 + UPSAMPLER_HALO,
      constants: meanShiftConstants(range, form === 'csd' ? '' : '.shifter'),
      parameters: carnParams(config),
      forward(params, x, tap) {
        const entry = conv(params, 'entry', subtractMean(x, range));
        tap?.('entry', entry);
        const block = (b: number, h: Tensor4D): Tensor4D =>
          cascade(params, `b${b}.`, h, (unit, y) => residualBlock(params, `b${b}.b${mobile ? 1 : unit}`, y, config));
        const body = cascade(params, '', entry, block, tap && ((b, y) => tap(`b${b}`, y)));
        return addMean(conv(params, 'exit', upsample(params, config, body)), range);
      },
    };
  },
});

/** After each unit: everything so far, concatenated, through `c<unit>` (1x1, ReLU). */
function cascade(
  params: Params,
  prefix: string,
  x: Tensor4D,
  unit: (index: number, x: Tensor4D) => Tensor4D,
  seen?: (index: number, y: Tensor4D) => void,
): Tensor4D {
  let all = x;
  let fused = x;
  for (const index of UNITS) {
    const previous = fused;
    all = tf.concat([all, tf.tidy(() => unit(index, previous))], 3);
    fused = tf.relu(conv(params, `${prefix}c${index}.body.0`, all));
    seen?.(index, fused);
  }
  return fused;
}

function residualBlock(params: Params, name: string, x: Tensor4D, { mobile, form }: CarnOptions): Tensor4D {
  const inner = conv(params, `${name}.body.2`, tf.relu(conv(params, `${name}.body.0`, x)));
  const sum = tf.add<Tensor4D>(mobile ? conv(params, `${name}.body.4`, tf.relu(inner)) : inner, x);
  return form === 'csd' ? sum : tf.relu(sum);
}

function upsample(params: Params, { scale, heads, form }: CarnOptions, x: Tensor4D): Tensor4D {
  const name = upsamplerName(scale, heads);
  const stages = scale === 4 ? [2, 2] : [scale];
  return chain(x, [...stages.entries()], (h, [i, r]) => {
    const enlarged = convShuffle(params, stageName(name, i), h, r);
    return form === 'csd' ? enlarged : tf.relu(enlarged);
  });
}

function upsamplerName(scale: Scale, heads: CarnOptions['heads']): string {
  return heads === 'all' ? `upsample.up${scale}` : 'upsample.up';
}

/** The scale of a network with one up-sampler. */
function singleScale(shapes: FileShapes, features: number): number | null {
  const stages = [0, 1].flatMap((stage) => convSize(shapes, stageName('upsample.up', stage)) ?? []);
  return stages.length === 2 ? 4 : Math.sqrt((stages[0]?.outputs ?? 0) / features);
}

/** The official module lists a convolution, a ReLU and a shuffle per stage. */
function stageName(upsampler: string, stage: number): string {
  return `${upsampler}.body.${3 * stage}`;
}

function carnParams({ features, scale, mobile, groups, heads }: CarnOptions): ParamSpecs {
  const same = { kernel: 3, in: features, out: features, groups: mobile ? groups : 1 };
  const fusions = (prefix: string): ParamSpecs =>
    layers(...UNITS.map((unit) => convParams(`${prefix}c${unit}.body.0`, { kernel: 1, in: (unit + 1) * features, out: features })));
  const residual = (name: string): ParamSpecs =>
    layers(
      convParams(`${name}.body.0`, same),
      convParams(`${name}.body.2`, same),
      mobile ? convParams(`${name}.body.4`, { kernel: 1, in: features, out: features }) : {},
    );
  const units = mobile ? [1] : UNITS;
  const head = (s: Scale): ParamSpecs => {
    const [stages, r] = s === 4 ? [2, 2] : [1, s];
    return repeated(stages, (i) =>
      convParams(stageName(upsamplerName(s, heads), i), { kernel: 3, in: features, out: features * r * r, groups: same.groups }),
    );
  };
  return layers(
    convParams('entry', { kernel: 3, in: 3, out: features }),
    ...UNITS.map((b) => layers(...units.map((unit) => residual(`b${b}.b${unit}`)), fusions(`b${b}.`))),
    fusions(''),
    ...(heads === 'all' ? SCALES : [scale]).map(head),
    convParams('exit', { kernel: 3, in: features, out: 3 }),
  );
}
