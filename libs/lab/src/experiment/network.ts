import {
  carn,
  edsr,
  fsrcnn,
  idn,
  imdn,
  pan,
  rcan,
  rrdbnet,
  san,
  SCALES,
  sectionedEdsr,
  shallowEdsr,
  snsr,
  srvgg,
  tnsr,
  vdsr,
  type Model,
  type Scale,
} from '@distillery/models';
import { UserError } from '@distillery/tensor';
import { z } from 'zod';

const count = z.int().positive();
const rgbRange = z.literal([1, 255]);

/** A network as it stands in a recipe: its architecture and configuration, without the scale, which is the recipe's. */
export const networkSchema = z.discriminatedUnion('architecture', [
  z.strictObject({ architecture: z.literal('edsr'), features: count, blocks: count, resScale: z.number(), rgbRange }),
  z.strictObject({ architecture: z.literal('rcan'), features: count, groups: count, blocks: count, reduction: count, rgbRange }),
  z.strictObject({ architecture: z.literal('san'), features: count, groups: count, blocks: count, reduction: count, rgbRange }),
  z.strictObject({
    architecture: z.literal('fsrcnn'),
    features: count,
    shrunk: count,
    mapping: z.int().min(0),
    slopes: z.literal(['channel', 'layer']).optional(),
    start: z.literal(['he', 'pytorch']).optional(),
  }),
  z.strictObject({ architecture: z.literal('vdsr'), features: count, depth: count, bias: z.boolean() }),
  z.strictObject({ architecture: z.literal('idn'), blocks: count, colour: z.literal(['y', 'rgb']) }),
  z.strictObject({ architecture: z.literal('carn'), features: count, groups: count, mobile: z.boolean() }),
  z.strictObject({ architecture: z.literal('imdn'), features: count, blocks: count }),
  z.strictObject({ architecture: z.literal('pan'), features: count, upFeatures: count, blocks: count }),
  z.strictObject({ architecture: z.literal('srvgg'), features: count, convs: count }),
  z.strictObject({ architecture: z.literal('tnsr'), features: count, blocks: count }),
  z.strictObject({ architecture: z.literal('snsr'), features: count, blocks: count }),
  z.strictObject({
    architecture: z.literal('sectioned-edsr'),
    features: count,
    sections: count,
    blocks: count,
    resScale: z.number(),
    rgbRange,
  }),
  z.strictObject({ architecture: z.literal('shallow-edsr'), features: count, blocks: count, rgbRange }),
  z.strictObject({ architecture: z.literal('rrdbnet'), features: count, growth: count, blocks: count }),
]);

export type NetworkOptions = z.infer<typeof networkSchema>;

/** The network of a recipe at its scale. Throws UserError for a scale or a configuration that the architecture does not have. */
export function buildNetwork(options: NetworkOptions, atScale: number): Model {
  const scale = knownScale(atScale);
  switch (options.architecture) {
    case 'edsr':
      return edsr({ ...options, scale });
    case 'rcan':
      return rcan({ ...options, scale });
    case 'san':
      return san({ ...options, scale });
    case 'fsrcnn':
      return fsrcnn({ ...options, scale, tail: { kind: 'deconvolution', crop: 4 } });
    case 'vdsr':
      return vdsr({ ...options, scale });
    case 'idn':
      return idn({ ...options, scale });
    case 'carn':
      return carn({ ...options, scale, heads: 'one' });
    case 'imdn':
      return imdn({ ...options, scale });
    case 'pan':
      return pan({ ...options, scale });
    case 'srvgg':
      return srvgg({ ...options, scale });
    case 'tnsr':
      return tnsr({ ...options, scale });
    case 'snsr':
      return snsr({ ...options, scale });
    case 'sectioned-edsr':
      return sectionedEdsr({ ...options, scale, exits: 'last' });
    case 'shallow-edsr':
      return shallowEdsr({ ...options, scale });
    case 'rrdbnet':
      if (scale !== 4) throw new UserError(`RRDBNet scale ${scale}: expected 4`);
      return rrdbnet(options);
  }
}

function knownScale(scale: number): Scale {
  const known = SCALES.find((candidate) => candidate === scale);
  if (known === undefined) throw new UserError(`scale ${scale}: expected ${SCALES.join(', ')}`);
  return known;
}

/** Channels of the maps inside a network of one width. Throws RangeError for another. */
export function widthOf(network: NetworkOptions): number {
  if (!('features' in network)) throw new RangeError(`${network.architecture}: expected a network of one width`);
  return network.features;
}
