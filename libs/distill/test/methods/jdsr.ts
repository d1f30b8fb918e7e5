import {
  beYourOwnTeacher,
  deepMutualLearning,
  jdsr,
  peerAlone,
  superiorLr,
  type ExternalPeer,
  type JdsrOptions,
  type Method,
} from '@distillery/distill';
import { edsr, shallowEdsr, superiorLrEncoder } from '@distillery/models';
import { seedRng } from '@distillery/tensor';
import { TOY_TEACHER } from '../toy';
import { TOY_RANGE } from '../toy-range';
import type { Variants } from './variants';

export const TOY_STUDENT = { features: 8, sections: 3, blocks: 1, resScale: 1, scale: 2, rgbRange: TOY_RANGE } as const;
export const TOY_ENCODER = { features: 4, blocks: 1, scale: 2, rgbRange: TOY_RANGE } as const;
const TOY_PEER = { features: 6, blocks: 1, scale: 2, rgbRange: TOY_RANGE } as const;

export function toyPeer(change: Partial<ExternalPeer> = {}): ExternalPeer {
  const encoderParams = superiorLrEncoder(TOY_ENCODER).init(seedRng(3));
  return {
    network: TOY_PEER,
    encoder: TOY_ENCODER,
    encoderParams,
    distance: 'l1',
    weight: 0.1,
    curriculum: 10,
    gapThreshold: 1,
    ...change,
  };
}

export function toyJdsr(change: Partial<JdsrOptions> = {}): Method {
  return jdsr({
    student: TOY_STUDENT,
    labels: { from: 'meta', distance: 'charbonnier', virtualRate: 0.1 },
    peer: toyPeer(),
    ...change,
  });
}

/** JDSR's methods and its relatives' in a toy size. */
export const JDSR_METHODS = {
  'superior-lr': { '': () => superiorLr({ network: TOY_ENCODER, imitationWeight: 1 }) },
  jdsr: {
    '': () => toyJdsr(),
    'first-order labels, L2': () =>
      toyJdsr({ labels: { from: 'first-order', distance: 'l1', virtualRate: 0.1 }, peer: toyPeer({ distance: 'l2' }) }),
    'deepest exit, no peer': () => toyJdsr({ labels: { from: 'deepest', distance: 'charbonnier', virtualRate: 0.1 }, peer: null }),
    'no labels, no gates': () => toyJdsr({ labels: null, peer: toyPeer({ curriculum: null, gapThreshold: null }) }),
  },
  'peer-alone': { '': () => peerAlone(toyPeer()) },
  'deep-mutual-learning': {
    '': () => deepMutualLearning({ student: edsr(TOY_TEACHER), peer: shallowEdsr(TOY_PEER), distance: 'l1', weight: 0.1 }),
  },
  'be-your-own-teacher': { '': () => beYourOwnTeacher({ student: TOY_STUDENT, alpha: 0.3, hint: 0.03 }) },
} satisfies Record<string, Variants>;
