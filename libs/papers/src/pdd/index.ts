import { asIs, pdd, specialistAndGeneralist, type Deployed, type Method, type Reference } from '@distillery/distill';
import { buildNetwork, networkSchema, plainMethod, plainOptions, validate, type Paper, type Recipe, type Resources } from '@distillery/lab';
import { buildModel, type Model, type ModelName } from '@distillery/models';
import type { Params } from '@distillery/tensor';
import { z } from 'zod';
import { CLAIMS } from './claims';
import { DIRECTIONS } from './directions';
import { DIVERGENCES } from './divergences';
import { pddExperiments } from './experiments';
import { pddFeatures } from './features';

const role = z.literal(['specialist', 'generalist']);
const count = z.int().min(0);

const methodOptions = z.discriminatedUnion('name', [
  plainOptions,
  z.object({ name: z.literal('specialist and generalist'), network: networkSchema }),
  z.object({ name: z.literal('as is'), network: networkSchema, published: z.string().nullable() }),
  z.object({
    name: z.literal('pdd'),
    network: networkSchema,
    trained: role,
    reference: z.literal(['ema', 'specialist', 'generalist', 'published']),
    inter: z.object({ weight: z.number(), distance: z.literal(['gram-of-difference', 'difference-of-grams', 'l1', 'l2']) }).nullable(),
    intra: z.object({ weight: z.number(), distance: z.literal(['cross-entropy', 'l1', 'l2', 'cosine']) }).nullable(),
    direct: z.number(),
    detachSynthetic: z.boolean(),
    adversarial: z.number(),
    warmUp: z.object({ discriminator: count, supervised: count }),
    premise: z.boolean(),
    emaDecay: z.number(),
    discriminatorFeatures: z.int().positive(),
  }),
]);

type Options = z.infer<typeof methodOptions>;

/** The published generalist. */
const PUBLISHED = 'realesr-general' satisfies ModelName;

export const PDD: Paper = {
  id: 'pdd',
  version: 3,
  title: 'Pairwise Distance Distillation for Unsupervised Real-World Image Super-Resolution',
  venue: 'ECCV 2024',
  url: 'https://arxiv.org/abs/2407.07302',
  summary:
    'A network trained on synthetic pairs is adapted to the images of a camera for which there is no ground truth. What is distilled are distances between features, never features: ' +
    'how far two networks are apart should not depend on whether the input is synthetic or real (inter-model), and the way from a synthetic to a real output should be ' +
    'the same in both (intra-model). One of the two networks is a specialist for a known degradation, the other a generalist for many; or the second is the running average ' +
    'of the first (EMA).',
  claims: CLAIMS,
  directions: DIRECTIONS,
  divergences: DIVERGENCES,
  overhead: { plain: 'plain', arms: ['supervised', 'static', 'ema', 'direct'] },
  experiments: pddExperiments,
  needsFeatures: (recipe) => recipe.method.name === 'pdd',
  needsPublished: (recipe) => (recipe.method.reference === 'published' || typeof recipe.method.published === 'string' ? PUBLISHED : null),
  method(recipe, resources) {
    const options = validate(
      recipe.method,
      methodOptions,
      `recipe ${recipe.arm} of pdd`,
      'expected the options of pdd, plain, specialist and generalist, or as is',
    );
    const model = buildNetwork(options.network, recipe.scale);
    switch (options.name) {
      case 'plain':
        return plainMethod(options, recipe.scale, generalistAsStart(resources));
      case 'specialist and generalist':
        return specialistAndGeneralist(model);
      case 'as is':
        return asIs(options.published === null ? pretrained(model, resources) : { published: publishedNetwork(recipe, resources) });
      case 'pdd':
        return pddMethod(recipe, options, model, resources);
    }
  },
};

function pddMethod(recipe: Recipe, options: Extract<Options, { name: 'pdd' }>, model: Model, resources: Resources): Method {
  const { trained, adversarial } = options;
  const start = resources.startState?.[trained];
  return pdd({
    ...options,
    network: model,
    ...(start && { start }),
    reference: referenceOf(recipe, options.reference, model, resources),
    supervised: { pixel: 0.5, perceptual: 1, adversarial },
    features: pddFeatures(resources),
  });
}

function referenceOf(
  recipe: Recipe,
  reference: Extract<Options, { name: 'pdd' }>['reference'],
  model: Model,
  resources: Resources,
): Reference {
  if (reference === 'ema') return 'ema';
  return reference === 'published' ? publishedNetwork(recipe, resources) : { model, params: resources.startState?.[reference] };
}

/** Plain training goes on with the generalist. */
function generalistAsStart({ startState, ...resources }: Resources): Resources {
  return { ...resources, startState: startState?.generalist ? { network: startState.generalist } : null };
}

/** Both networks of the run that this one starts from; without parameters where the method is made only to deploy. */
function pretrained(model: Model, { startState }: Resources): Record<string, Deployed> {
  const of = (name: string): Params => startState?.[name] ?? {};
  return { specialist: { model, params: of('specialist') }, generalist: { model, params: of('generalist') } };
}

function publishedNetwork({ scale }: Recipe, { published }: Resources): Deployed {
  return published ?? { model: buildModel(PUBLISHED, scale), params: {} };
}
