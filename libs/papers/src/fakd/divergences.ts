import type { Divergence } from '@distillery/lab';

/** Where FAKD's paper, its released code, its ports and later reports disagree, or leave a choice to us. */
export const DIVERGENCES: readonly Divergence[] = [
  {
    point: 'Weight of the affinity',
    paper: 'not readable',
    code: 'released scripts: 0.5 / 0.5 / 10 on images in 0..255 (the option’s default is 1); port DUKD: 1 / 1 / 10 on 0..1, so 255 times more affinity beside L1',
    ours: 'the scripts’: alpha 0.5 and beta 10/255 on images in 0..1, the same objective up to a factor, by which Adam’s epsilon is divided too',
  },
  {
    point: 'Gradient of the affinity',
    paper: 'trains the student',
    code: 'the authors’ flows to the student; port DUKD collects the terms in a new tensor, which cuts it: the term is logged and trains nothing',
    ours: 'it flows, and a test asserts that it is not zero; what the port trains is the arm "output only"',
  },
  {
    point: 'Normalisation of the features',
    paper: 'each pixel by its norm',
    code: 'each pixel, in both networks; port EdgeSRGAN: each pixel in the student, one norm over the whole map in the teacher, so that its affinities are close to zero',
    ours: 'each pixel, in both, with 1e-8 added to the norm',
  },
  {
    point: 'Third position',
    paper: 'the end of the body',
    code: 'RCAN and EDSR add the long skip in place to the map that was stored, which so becomes body + head; SAN does not',
    ours: 'as released; the map before the skip is the arm "end before the long skip"',
  },
  {
    point: 'Which positions',
    paper: 'three',
    code: 'three of the four maps that the networks return, without the head’s; the RCAN x3 script takes two; port DUKD takes four',
    ours: 'three (RCAN x3: two, as its script); others in the experiment on positions',
  },
  {
    point: 'Positions in networks of other depths',
    paper: 'not stated',
    code: 'fixed numbers: RCAN groups 3 and 7 of 10; SAN 7 and 14 of 20, 2 and 4 of 6; EDSR blocks 5 and 10 of 16, 10 and 21 of 32',
    ours: 'one and two thirds of the depth, rounded as those numbers are: to the nearest in RCAN, up in SAN, down in EDSR',
  },
  {
    point: 'FSP and attention transfer',
    paper: 'compared with; the numbers could not be read',
    code: '2022: F1ᵀF2 / hw, attention divided by its norm; 2019: the second map reshaped instead of transposed and no division, attention divided by its sum',
    ours: 'both: arms "FSP" and "FSP (2019 code)", "attention transfer" and "attention transfer (2019 code)"',
  },
  {
    point: 'Weight of the other relations',
    paper: 'not readable',
    code: 'beta = 10 for every form, though their gradients differ by orders of magnitude',
    ours: 'both: at the same beta, and at a beta that gives the gradient of spatial affinity (measured once, at the small tier; not at the full tier)',
  },
  {
    point: 'Forms added in 2022',
    paper: 'none',
    code: 'affinity after pooling, differences of channel means, a Taylor expansion of an RBF kernel',
    ours: 'left out: they came after the paper',
  },
  {
    point: 'Teacher',
    paper: 'official RCAN and SAN checkpoints',
    code: 'the same, frozen',
    ours: 'trained here with the student’s recipe, for more steps: the checkpoints cannot be had as files of known origin',
  },
  {
    point: 'SAN’s non-local block',
    paper: 'SAN’s own; 15.86M parameters for the teacher at x4',
    code: 'the switch for pooling is shadowed by a module of its name, so keys and values are pooled 2x2 in SAN’s code and in FAKD’s copy; the copy has a quarter of the channels inside instead of an eighth (15,862,560 parameters at x4, SAN’s code 15,860,512), so that SAN’s checkpoint does not fit it',
    ours: 'as in the copy; SAN’s own is in the zoo',
  },
  {
    point: 'Memory',
    paper: 'not readable',
    code: 'whole matrices',
    ours: 'blocks of 128 rows of the difference, 4 n B hw = 19 MB for 16 LR patches of 48 pixels, where by our arithmetic a batch of whole matrices is 340 MB, and three positions of two networks take over 2 GB with gradients; the value does not change',
  },
  {
    point: 'Schedule',
    paper: 'not readable',
    code: '200 epochs of 1000 iterations, milestones at 150, 300, 450 and 600, the rate moved before each epoch: halved once, after 149,000 iterations; DUKD 250k with x0.1 at 100k and 200k and a weight average',
    ours: 'as released at the full tier, in runs longer than 200 epochs (teacher, control for the total length) with the later milestones; below it halved once, after three quarters; every arm equally long',
  },
  {
    point: 'Model selection',
    paper: 'not stated',
    code: 'the epoch with the best Set5 PSNR: selection on a test set, for student alone and FAKD alike',
    ours: 'the last step: selecting on the test set is not repeated',
  },
  {
    point: 'Strength of the student alone',
    paper: '32.317 dB (RCAN x2, Urban100)',
    code: '200k iterations, one halving; DCKD trains the same student to 32.63 dB, and finds FAKD there no better than output distillation',
    ours: 'a control trained for the total length, and the output-only arm beside every FAKD arm',
  },
  {
    point: 'Scale 8',
    paper: 'Table 3 has x8',
    code: 'scripts for x8',
    ours: 'shown, not run: our networks have x2, x3 and x4',
  },
];
