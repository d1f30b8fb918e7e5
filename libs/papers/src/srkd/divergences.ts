import type { Divergence } from '@distillery/lab';

const NO_CODE = 'no official code was found';

/** Where SRKD's tables contradict themselves, or the sources leave a choice to us. */
export const DIVERGENCES: readonly Divergence[] = [
  {
    point: 'Training',
    paper: 'data, optimiser, rate, patches, batch and length could not be read',
    code: NO_CODE,
    ours: 'Adam at 1e-3 (up to 5e-3 below the full tier), halved after each quarter; the same length and rate for every student; the sets of the tier. The student’s rate at the small tier was chosen by one run’s Set5 x3 score',
  },
  {
    point: 'Distance between statistics',
    paper: 'not stated in the sources read; squared differences would be usual in 2018',
    code: NO_CODE,
    ours: 'both: squared (every arm of SRKD but one) and L1 (arm mean2-l1)',
  },
  {
    point: 'Distance to the ground truth',
    paper: 'not stated in the sources read; squared differences would be usual in 2018',
    code: NO_CODE,
    ours: 'L1 in every arm but two, so that the student alone is the same baseline as in the other papers; squared in student-mse and mean2-mse',
  },
  {
    point: 'Pixel range and absolute weights',
    paper: 'lambda_0 is 1, 2 or 3, lambda_i 0 or 1; the range of pixels, which scales features and squares them, is not stated',
    code: NO_CODE,
    ours: 'luma / 255; the arms of Tables 1 and 2, Figure 4 and the sweep over powers, the random teacher and mean2-mse log the norms of all terms’ gradients (mean2-l1, output-distillation and the relatives do not), and the sweep over powers has a series at equal norms',
  },
  {
    point: 'Tail of the x3 teacher',
    paper: 'printed 776.13K parameters: a 64 to 64 layer and no projection to one channel, which makes no image',
    code: NO_CODE,
    ours: 'the student’s tail, 64 to 1: 739,777 parameters; all other counts agree with the print',
  },
  {
    point: 'Blocks',
    paper: 'Figure 2: 10 blocks in the teacher, 3 in the student; the post that shows it speaks of the same depth',
    code: NO_CODE,
    ours: '10 and 3, which the printed parameter counts confirm',
  },
  {
    point: 'ReLU and skip of a block',
    paper: 'read from Figure 2: the skip is added after the last ReLU',
    code: NO_CODE,
    ours: 'so; features are then never negative, even powers lose no sign, and G_min is often 0 and without gradient',
  },
  {
    point: 'Between the two transposed convolutions at x4',
    paper: 'no activation is shown',
    code: NO_CODE,
    ours: 'none',
  },
  {
    point: 'Third distilled row of Table 1',
    paper: 'printed (1; 1,0,1), which a later row has again with other numbers',
    code: NO_CODE,
    ours: 'taken for (1; 0,0,1), by the order of the rows',
  },
  {
    point: 'Statistic of Table 1, weights of Figure 4 and Table 2',
    paper: 'not stated together; the row (2; 1,1,0) has the same numbers as the G_mean bars of Figure 4',
    code: NO_CODE,
    ours: 'Table 1 with G_mean; Figure 4 and Table 2 with (2; 1,1,0)',
  },
  {
    point: 'Gradient of G_max and G_min where channels tie',
    paper: 'not stated',
    code: NO_CODE,
    ours: 'every channel that attains the extremum gets it; exact ties are zeros behind a ReLU, which passes none on',
  },
  {
    point: 'Bicubic rows',
    paper: 'Set5 33.68 / 30.49 / 28.43, at x3 0.1 dB above the usual 30.39: borders, colour conversion or a typing error',
    code: NO_CODE,
    ours: 'luma of BT.601, border = scale; our bicubic rows are on the instrument page. Gains are compared rather than levels',
  },
  {
    point: 'All statistics together',
    paper: 'not tried',
    code: NO_CODE,
    ours: 'arm together: the mean of the losses of (G_mean)^2, (G^2)_mean, G_max and G_min',
  },
  {
    point: 'Random teacher',
    paper: 'not tried',
    code: NO_CODE,
    ours: 'the teacher as drawn from seed 0, the same for every seed of the student',
  },
  {
    point: 'Start from the teacher without distillation',
    paper: 'not tried',
    code: NO_CODE,
    ours: 'no such arm: the blocks differ in kind (full against depthwise kernels), so there is nothing to copy them from',
  },
];
