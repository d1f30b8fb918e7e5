import { asIs, INTER_DISTANCES, INTRA_DISTANCES, pdd, specialistAndGeneralist, type Deployed, type Reference } from '@distillery/distill';
import {
  buildNetwork,
  networkSchema,
  paperMethod,
  PLAIN,
  type MethodOptions,
  type Recipe,
  type Resources,
  type StartNames,
} from '@distillery/lab';
import { buildModel, type Model, type ModelName } from '@distillery/models';
import type { Params } from '@distillery/tensor';
import { z } from 'zod';
import { pddFeatures } from './features';

const count = z.int().min(0);
const network = networkSchema;

/** The published generalist. */
const PUBLISHED = 'realesr-general' satisfies ModelName;

const options = z.strictObject({
  network,
  /** G: which pretrained network is trained. */
  trained: z.literal(['specialist', 'generalist']),
  /** R: G's running average, the other pretrained network frozen, or published weights. */
  reference: z.literal(['ema', 'specialist', 'generalist', 'published']),
  inter: z.strictObject({ weight: z.number(), distance: z.literal(INTER_DISTANCES) }).nullable(),
  intra: z.strictObject({ weight: z.number(), distance: z.literal(INTRA_DISTANCES) }).nullable(),
  direct: z.number(),
  detachSynthetic: z.boolean(),
  adversarial: z.number(),
  /** Steps that train the discriminator alone, then steps without the distances. */
  warmUp: z.strictObject({ discriminator: count, supervised: count }),
  premise: z.boolean(),
  /** Through which network the terms look. */
  features: z.literal(['vgg19', 'alexnet']),
  emaDecay: z.number(),
  discriminatorFeatures: z.int().positive(),
});

export const PDD_METHODS = {
  /** Plain training that goes on with the generalist. */
  plain: paperMethod({
    ...PLAIN,
    build(given, scale, { start, ...resources }) {
      const generalist = start.pretrained?.generalist;
      return PLAIN.build(given, scale, { ...resources, start: generalist ? { pretrained: { network: generalist } } : {} });
    },
  }),

  'specialist-and-generalist': paperMethod({
    options: z.strictObject({ network }),
    build: (given, scale) => specialistAndGeneralist(buildNetwork(given.network, scale)),
  }),

  /** Networks that are scored and not trained: those that the run starts from, or published ones. */
  'as-is': paperMethod({
    options: z.strictObject({ network, published: z.literal(PUBLISHED).nullable() }),
    needsPublished: ({ published }) => published,
    starts: ({ published }): StartNames => (published === null ? { pretrained: 'required' } : {}),
    build: ({ published, ...given }, scale, resources) =>
      asIs(
        published === null ? pretrained(buildNetwork(given.network, scale), resources) : { published: publishedNetwork(scale, resources) },
      ),
  }),

  pdd: paperMethod({
    options,
    needsFeatures: ({ features }) => features,
    needsPublished: ({ reference }) => (reference === 'published' ? PUBLISHED : null),
    starts: () => ({ pretrained: 'required' }),
    build(given, scale, resources) {
      const { trained, adversarial, reference, features } = given;
      const model = buildNetwork(given.network, scale);
      const start = resources.start.pretrained?.[trained];
      return pdd({
        ...given,
        network: model,
        ...(start && { start }),
        reference: referenceOf(reference, model, scale, resources),
        supervised: { pixel: 0.5, perceptual: 1, adversarial },
        ...pddFeatures(features, resources),
      });
    },
  }),
};

function referenceOf(reference: z.infer<typeof options>['reference'], model: Model, scale: number, resources: Resources): Reference {
  if (reference === 'ema') return 'ema';
  return reference === 'published' ? publishedNetwork(scale, resources) : { model, params: resources.start.pretrained?.[reference] };
}

/** Both networks of the run that this one starts from; without parameters where the method is made only to deploy. */
function pretrained(model: Model, { start }: Resources): Record<string, Deployed> {
  const of = (name: string): Params => start.pretrained?.[name] ?? {};
  return { specialist: { model, params: of('specialist') }, generalist: { model, params: of('generalist') } };
}

function publishedNetwork(scale: number, { published }: Resources): Deployed {
  return published ?? { model: buildModel(PUBLISHED, scale), params: {} };
}

type Options = MethodOptions<typeof PDD_METHODS>;
export type PddRecipe<Arm extends string = string> = Recipe<Arm, Options>;
/** PDD's own options. */
export type PddOptions = Extract<Options, { name: 'pdd' }>;
