import type { Divergence } from '@distillery/lab';

/** Where CSD's paper, its PyTorch release and its MindSpore ports disagree, or leave a choice to us. */
export const DIVERGENCES: readonly Divergence[] = [
  {
    point: 'Denominator over the negatives',
    paper: 'a ratio of the distance to the positive and to the negatives',
    code: 'distances are summed over K, not averaged: at a fixed weight of 200 the term shrinks as 1/K',
    ours: 'both: series "summed" and "averaged" of the negatives sweep',
  },
  {
    point: 'Which images are the negatives',
    paper: 'other LR images, upsampled',
    code: 'batch items 0..9 for every anchor, so for those ten anchors one negative is their own bicubic image (confirmed in issue 6)',
    ours: 'as released: the first K of the batch',
  },
  {
    point: 'Upsampling of the negatives',
    paper: 'bicubic',
    code: 'PyTorch bicubic (a = -0.75, no antialias); the MindSpore ports use bilinear on the reversed batch',
    ours: 'PyTorch bicubic',
  },
  {
    point: 'Start of joint training',
    paper: 'not readable',
    code: 'the teacher is pretrained and the student starts as its slice; whether J-T1 starts so too is not stated',
    ours: 'every joint arm starts from the same pretrained teacher, at the small tier by way of the same joint training without the contrastive term, which acts in the last steps only (the authors say in issue 9 that starting it after some epochs has the same effect); the student alone starts from scratch, once at the length of the joint phase and once at the total length',
  },
  {
    point: 'No negatives',
    paper: 'Table 2, numbers not readable',
    code: 'dropping the negatives drops the denominator, and so changes the weight of the term',
    ours: 'both: "none" (as that code would) and "constant" (denominator kept, held constant)',
  },
  {
    point: 'Input of the feature network',
    paper: 'VGG19 features',
    code: 'torchvision weights fed raw 0..255 RGB, neither clipped nor normalised',
    ours: 'Keras/Caffe weights fed raw 0..255 BGR, not clipped, no mean subtracted; the random stand-in, when used, is named in each result',
  },
  {
    point: 'Range and weight',
    paper: 'lambda 200',
    code: 'images in 0..255, so L1 is 255 times larger than on 0..1 while the ratio is not',
    ours: 'images in 0..1 and lambda 200/255, the same objective up to a factor; for networks in 0..255 (the full tier) Adam’s epsilon is divided by it too, so that the updates are the same',
  },
  {
    point: 'Schedule',
    paper: 'not readable',
    code: '400 epochs of 1000 iterations; the rate falls to a tenth every 200 epochs, whatever the length (the options for it are read by nobody)',
    ours: 'as released at the full tier: once in 400,000 and 300,000 steps (the arms, the pretraining), three times in the 700,000 of the control for the total length; below it once, after half of each run',
  },
  {
    point: 'Evaluation',
    paper: 'EDSR+ and so on: x8 self-ensemble',
    code: 'every published test command passes the self-ensemble flag; the MindSpore numbers are single-pass',
    ours: 'both, shown apart',
  },
  {
    point: 'Teacher of the ports',
    paper: 'EDSR 32 blocks x 256 channels',
    code: 'MindSpore: 20 blocks x 64 channels, HR patch 48, rate halved every 200 epochs',
    ours: 'the paper’s at the full tier; smaller ones, named, below it',
  },
  {
    point: 'Model selection',
    paper: 'not stated',
    code: 'the checkpoint with the best student PSNR on the first test set',
    ours: 'the last step: selecting on the test set is not repeated',
  },
];
