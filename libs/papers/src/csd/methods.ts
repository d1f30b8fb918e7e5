import { csd, CSD_POSITIVES, DENOMINATORS, plain, ROLES } from '@distillery/distill';
import { paperMethod, type MethodOptions, type Recipe } from '@distillery/lab';
import { edsr, edsrWidth, leadingSlice, type EdsrConfig } from '@distillery/models';
import { z } from 'zod';
import { csdFeatures } from './features';

/** EDSR, and the part of its channels that the student has. */
const network = z.strictObject({ ...edsr.options.shape, width: z.number() });

export const CSD_METHODS = {
  /** Plain training at a width, from scratch or from the slice of the pretrained teacher. */
  plain: paperMethod({
    options: network.extend({ role: z.literal(ROLES) }),
    starts: () => ({ pretrained: 'optional' }),
    build({ role, ...options }, scale, { start }) {
      const { slim } = networks(options, scale);
      const pretrained = start.pretrained?.network;
      return plain({ model: slim, role, ...(pretrained && { start: leadingSlice(slim, pretrained) }) });
    },
  }),

  csd: paperMethod({
    options: network.extend({
      teacherWeight: z.number(),
      /** null: joint training of both widths. */
      contrast: z
        .strictObject({
          weight: z.number(),
          positive: z.literal(CSD_POSITIVES),
          negatives: z.int().min(0),
          denominator: z.literal(DENOMINATORS),
        })
        .nullable(),
    }),
    needsFeatures: ({ contrast }) => (contrast === null ? null : 'vgg19'),
    starts: () => ({ pretrained: 'required' }),
    build({ teacherWeight, contrast, ...options }, scale, resources) {
      const { full, slim } = networks(options, scale);
      const pretrained = resources.start.pretrained?.network;
      return csd({
        teacher: full,
        student: slim,
        teacherWeight,
        contrast: contrast && { ...contrast, ...csdFeatures(resources) },
        ...(pretrained && { start: pretrained }),
      });
    },
  }),
};

/** The full network, and that of the student. */
function networks({ width, ...options }: z.infer<typeof network>, scale: number) {
  const config: EdsrConfig = { ...options, scale: scale as EdsrConfig['scale'] };
  return { full: edsr(config), slim: edsr(edsrWidth(config, width)) };
}

type Options = MethodOptions<typeof CSD_METHODS>;
export type CsdRecipe<Arm extends string = string> = Recipe<Arm, Options>;
/** The contrastive term of an arm. */
export type ContrastOptions = NonNullable<Extract<Options, { name: 'csd' }>['contrast']>;
