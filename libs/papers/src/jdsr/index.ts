import { beYourOwnTeacher, deepMutualLearning, groupOf, jdsr, peerAlone, superiorLr } from '@distillery/distill';
import {
  outputDistillationMethod,
  outputDistillationOptions,
  plainMethod,
  plainOptions,
  validate,
  type Paper,
  type Recipe,
  type Resources,
} from '@distillery/lab';
import { sectionedEdsr, shallowEdsr, type Scale } from '@distillery/models';
import type { Params } from '@distillery/tensor';
import { z } from 'zod';
import { CLAIMS, DIRECTIONS } from './claims';
import { DIVERGENCES } from './divergences';
import { jdsrExperiments } from './experiments';

const count = z.int().positive();
const weight = z.number().min(0);
const rgbRange = z.literal([1, 255]);
const student = z.object({ features: count, sections: count, blocks: count, resScale: z.number(), rgbRange });
const shallow = z.object({ features: count, blocks: count, rgbRange });
const distance = z.literal(['l1', 'l2']);

const methodOptions = z.discriminatedUnion('name', [
  plainOptions,
  outputDistillationOptions,
  z.object({ name: z.literal('superior-lr'), network: shallow, imitationWeight: weight }),
  z.object({
    name: z.literal('jdsr'),
    student,
    labels: z
      .object({ from: z.literal(['deepest', 'first-order', 'meta']), distance: z.literal(['l1', 'charbonnier']), virtualRate: weight })
      .nullable(),
    peer: z
      .object({ network: shallow, encoder: shallow, distance, weight, curriculum: count.nullable(), gapThreshold: z.number().nullable() })
      .nullable(),
  }),
  z.object({ name: z.literal('peer-alone'), network: shallow, encoder: shallow }),
  z.object({ name: z.literal('deep-mutual-learning'), student, peer: shallow, distance, weight }),
  z.object({ name: z.literal('be-your-own-teacher'), student, alpha: z.number().min(0).max(1), hint: weight }),
]);

export const JDSR: Paper = {
  id: 'jdsr',
  /** 2: Adam's epsilon for networks that work in 0..255, those of the full tier, is 1e-8 / 255 for the objective in 0..1. */
  version: 2,
  title: 'Boosting Lightweight Single Image Super-resolution via Joint-distillation',
  venue: 'ACM MM 2021',
  url: 'https://doi.org/10.1145/3474085.3475288',
  summary:
    'No large teacher: an encoder first turns HR into a superior LR image, from which a peer of fewer than 300,000 parameters restores HR easily. ' +
    'Student and peer then learn together, each towards the other’s output, while the student’s shallow exits learn from soft labels that a small ' +
    'meta-trained generator makes of its deeper features. The abstract calls the peer comparable to RCAN (15M parameters). The paper’s tables ' +
    'could not be read, and no official code was found; the details follow an unfinished third-party port.',
  claims: CLAIMS,
  directions: DIRECTIONS,
  divergences: DIVERGENCES,
  overhead: {
    plain: 'alone',
    arms: [
      'intermediate',
      'soft-labels',
      'soft-labels-first-order',
      'jdsr',
      'output-distillation',
      'deep-mutual-learning',
      'be-your-own-teacher',
    ],
  },
  experiments: jdsrExperiments,
  needsFeatures: () => false,
  method(recipe: Recipe, resources: Resources) {
    const options = validate(recipe.method, methodOptions, `recipe ${recipe.arm} of jdsr`, 'expected the options of one of its methods');
    const scale = recipe.scale as Scale;
    switch (options.name) {
      case 'plain':
        return plainMethod(options, scale, resources);
      case 'output-distillation':
        return outputDistillationMethod(options, scale, resources);
      case 'superior-lr':
        return superiorLr({ network: { ...options.network, scale }, imitationWeight: options.imitationWeight });
      case 'jdsr': {
        const { labels, peer } = options;
        return jdsr({ student: { ...options.student, scale }, labels, peer: peer && { ...peer, ...external(peer, scale, resources) } });
      }
      case 'peer-alone':
        return peerAlone(external(options, scale, resources));
      case 'deep-mutual-learning':
        return deepMutualLearning({
          student: sectionedEdsr({ ...options.student, scale, exits: 'last' }),
          peer: shallowEdsr({ ...options.peer, scale }),
          distance: options.distance,
          weight: options.weight,
        });
      case 'be-your-own-teacher':
        return beYourOwnTeacher({ student: { ...options.student, scale }, alpha: options.alpha, hint: options.hint });
    }
  },
};

type Shallow = z.infer<typeof shallow>;

/** The peer and its encoder, with the parameters that the first stage left, unless the method is made only to deploy. */
function external(options: { network: Shallow; encoder: Shallow }, scale: Scale, { startState }: Resources) {
  const { network, encoder } = options;
  return { network: { ...network, scale }, encoder: { ...encoder, scale }, encoderParams: startState && encoderOf(startState) };
}

function encoderOf({ network }: Readonly<Record<string, Params>>): Params | null {
  return network ? groupOf(network, 'encoder') : null;
}
