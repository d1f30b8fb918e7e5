import { TIERS, VERDICTS } from '@distillery/lab';
import { TIER_TEXT } from '../badges';
import { VERDICT_MEANING } from '../verdicts';

/** A word of the report that a newcomer need not know. */
export interface Term {
  /** Unique, fit for an anchor. */
  readonly id: string;
  readonly title: string;
  /** What it means, in one or two sentences. */
  readonly meaning: string;
  /** How running text writes it, where it is to be marked there. */
  readonly written?: RegExp;
}

const GENERAL: readonly Term[] = [
  {
    id: 'verdict',
    title: 'verdict',
    meaning:
      'What our runs say of a published claim: reproduced, within tolerance, contradicted, inconclusive, under-trained or not judged.',
    written: /verdicts?/,
  },
  {
    id: 'claim',
    title: 'claim',
    meaning:
      'A published statement that can be tested: a number (an absolute value), or that one network is better than another (a direction).',
  },
  {
    id: 'direction',
    title: 'direction',
    meaning:
      'The claim that one network scores better than another. It is judged by the difference of our own two, never by mixing ours with published values.',
    written: /directions/,
  },
  {
    id: 'tier',
    title: 'tier',
    meaning:
      'How much a run may speak for: smoke (does the machinery work?), learn (what does training look like?), small (which of two is better?), full (are the published numbers reached?).',
    written: /tiers?/,
  },
  {
    id: 'protocol',
    title: 'protocol',
    meaning:
      'Everything about how a score is measured: colour space, border cut off, rounding, window. Scores under different protocols are never subtracted.',
    written: /protocols?/,
  },
  {
    id: 'arm',
    title: 'arm',
    meaning: 'One way of training in an experiment: a method with its settings. An arm is trained under several seeds, each a run.',
    written: /arms?/,
  },
  {
    id: 'seed',
    title: 'seed',
    meaning:
      'The number that fixes all that is random in a run: initial weights, patches, their order. Runs that differ by seed alone show the noise of training.',
    written: /seeds?/,
  },
  { id: 'run', title: 'run', meaning: 'One training of one arm under one seed, and the evaluation of what came of it.' },
  {
    id: 'control',
    title: 'control',
    meaning:
      'An arm that has one ingredient of a method without the rest: as many steps, or the same start. A gain that a control reaches too is not the method’s.',
    written: /controls?/,
  },
  {
    id: 'interval',
    title: '95 % interval',
    meaning:
      'Where the true mean difference lies with 95 % confidence, given how much seeds and images differ. If it includes zero, the data cannot tell which is better.',
    written: /95 % intervals?/,
  },
  {
    id: 'visible',
    title: 'visible from',
    meaning:
      'The smallest difference that a comparison with this spread would have found with 80 % probability. Smaller ones are below what the data can tell.',
    written: /[Vv]isible from/,
  },
  {
    id: 'holm',
    title: '† (Holm’s correction)',
    meaning: 'The verdict stands even after allowing for the number of comparisons in its table, of which some would differ by chance.',
    written: /Holm’s correction/,
  },
  {
    id: 'self-ensemble',
    title: 'self-ensemble (×8)',
    meaning:
      'The mean of a network’s outputs for eight flips and rotations of the input, turned back. It adds some hundredths of a dB to any network; 1× is a single pass.',
    written: /(?:×8 )?self-ensemble/,
  },
  {
    id: 'tap',
    title: 'tap',
    meaning: 'A place inside a network where its feature map is read, so that a loss can compare teacher and student there.',
    written: /taps?/,
  },
  {
    id: 'jt1',
    title: 'J-T1',
    meaning: 'A row of CSD’s tables: teacher and student, which share weights, are trained jointly without the contrastive term.',
    written: /J-T1/,
  },
  {
    id: 'distillation',
    title: 'knowledge distillation',
    meaning: 'Training a small network to imitate a larger one that is already trained, beside or in place of the ground truth.',
    written: /knowledge distillation/,
  },
  {
    id: 'student',
    title: 'student, teacher',
    meaning:
      'The student is the small network that is to be used; the teacher is the larger one it learns from. A student “alone” learns from the ground truth only.',
  },
  {
    id: 'hr-lr',
    title: 'HR, LR',
    meaning: 'The high-resolution image (ground truth) and the low-resolution one made from it, which is what a network is given.',
  },
  {
    id: 'bicubic',
    title: 'bicubic',
    meaning: 'Enlargement by a fixed cubic filter, as MATLAB’s imresize does it. A network that ends below it has not learned its task.',
  },
  {
    id: 'psnr',
    title: 'PSNR',
    meaning:
      'Peak signal-to-noise ratio in dB: how far pixels are from the ground truth on average. Higher is better; a tenth of a dB is a small, 1 dB a visible difference.',
    written: /PSNR/,
  },
  {
    id: 'ssim',
    title: 'SSIM',
    meaning: 'Structural similarity, at most 1: agreement of local means, contrasts and patterns with the ground truth. Higher is better.',
    written: /SSIM/,
  },
  {
    id: 'lpips',
    title: 'LPIPS',
    meaning: 'Learned perceptual distance: how different two images look to a trained network. Lower is better.',
    written: /LPIPS/,
  },
  {
    id: 'suspect',
    title: 'suspect',
    meaning: 'A printed number that looks like a misprint. It is shown and marked, with the reason.',
  },
  {
    id: 'stand-in',
    title: 'stand-in',
    meaning:
      'Built-in images or random features in the place of the paper’s data or trained features, where those are not at hand. Always named.',
    written: /[Ss]tand-ins?/,
  },
  {
    id: 'validation',
    title: 'validation',
    meaning: 'Images that are neither trained nor tested on; they show whether a network had finished learning.',
    written: /validation(?: set)?/,
  },
];

/** Every term of the glossary: the general ones, the verdicts, the tiers. */
export const TERMS: readonly Term[] = [
  ...GENERAL,
  ...VERDICTS.map((kind) => ({ id: kind.replace(' ', '-'), title: kind, meaning: VERDICT_MEANING[kind] })),
  ...TIERS.map((tier) => ({ id: `${tier}-tier`, title: `${tier} tier`, meaning: TIER_TEXT[tier].meaning })),
];
