import {
  beYourOwnTeacher,
  deepMutualLearning,
  groupOf,
  jdsr,
  LABEL_DISTANCES,
  LABEL_SOURCES,
  MUTUAL_DISTANCES,
  peerAlone,
  superiorLr,
} from '@distillery/distill';
import { OUTPUT_DISTILLATION, paperMethod, PLAIN, type MethodOptions, type Recipe, type Resources, type StartNames } from '@distillery/lab';
import { sectionedEdsr, shallowEdsr, type Scale } from '@distillery/models';
import { z } from 'zod';

const count = z.int().positive();
const weight = z.number().min(0);
const student = sectionedEdsr.options.omit({ exits: true });
const shallow = shallowEdsr.options;
const distance = z.literal(MUTUAL_DISTANCES);
const peer = z.strictObject({ network: shallow, encoder: shallow });

export const JDSR_METHODS = {
  plain: PLAIN,
  'output-distillation': OUTPUT_DISTILLATION,

  /** The first stage: the encoder from HR to superior LR. */
  'superior-lr': paperMethod({
    options: z.strictObject({ network: shallow, imitationWeight: weight }),
    build: ({ network, imitationWeight }, scale) => superiorLr({ network: { ...network, scale: scale as Scale }, imitationWeight }),
  }),

  jdsr: paperMethod({
    options: z.strictObject({
      student,
      /** Of the shallow exits; null: the ground truth alone. */
      labels: z
        .strictObject({
          from: z.literal(LABEL_SOURCES),
          distance: z.literal(LABEL_DISTANCES),
          virtualRate: weight,
        })
        .nullable(),
      /** null: self-distillation alone. */
      peer: peer.extend({ distance, weight, curriculum: count.nullable(), gapThreshold: z.number().nullable() }).nullable(),
    }),
    starts: (options): StartNames => (options.peer ? { encoder: 'required' } : {}),
    build: (options, scale, resources) =>
      jdsr({
        student: { ...options.student, scale: scale as Scale },
        labels: options.labels,
        peer: options.peer && { ...options.peer, ...peerOf(options.peer, scale, resources) },
      }),
  }),

  'peer-alone': paperMethod({
    options: peer,
    starts: () => ({ encoder: 'required' }),
    build: (options, scale, resources) => peerAlone(peerOf(options, scale, resources)),
  }),

  'deep-mutual-learning': paperMethod({
    options: z.strictObject({ student, peer: shallow, distance, weight }),
    build: (options, scale) =>
      deepMutualLearning({
        ...options,
        student: sectionedEdsr({ ...options.student, scale: scale as Scale, exits: 'last' }),
        peer: shallowEdsr({ ...options.peer, scale: scale as Scale }),
      }),
  }),

  'be-your-own-teacher': paperMethod({
    options: z.strictObject({ student, alpha: z.number().min(0).max(1), hint: weight }),
    build: (options, scale) => beYourOwnTeacher({ ...options, student: { ...options.student, scale: scale as Scale } }),
  }),
};

/** The peer and its encoder, with the parameters that the first stage left, unless the method is made only to deploy. */
function peerOf({ network, encoder }: z.infer<typeof peer>, scale: number, { start }: Resources) {
  return {
    network: { ...network, scale: scale as Scale },
    encoder: { ...encoder, scale: scale as Scale },
    encoderParams: start.encoder?.network ? groupOf(start.encoder.network, 'encoder') : null,
  };
}

type Options = MethodOptions<typeof JDSR_METHODS>;
export type JdsrRecipe<Arm extends string = string> = Recipe<Arm, Options>;
/** JDSR's own options. */
export type JdsrOptions = Extract<Options, { name: 'jdsr' }>;
