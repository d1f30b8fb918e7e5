import type { Divergence } from '@distillery/lab';

/** Where the authors' code (github.com/YuxuanJJ/MTKD at d027a3a) departs from their paper, and where we depart from either. */
export const DIVERGENCES: readonly Divergence[] = [
  {
    point: 'Distance to the aggregated image',
    paper: 'a wavelet-based loss, presented as a part of the method',
    code: 'options/train/ECCVMTKD/train_EDSR_Mx4_KD.yml: L1Loss; `dwtLoss` is there, with four levels of Haar by default, and no released option names it',
    ours: 'both: `mtkd` (wavelet, four levels) and `mtkd-l1`',
  },
  {
    point: 'Range of the aggregated image',
    paper: 'not read',
    code: 'MTKD_model.py divides the aggregation network’s output by 255 and adds the mean colour of DIV2K before it teaches; the class that trains that network, `SRModelTea3`, is not released, so that the range it leaves is not known',
    ours: 'one: the aggregation network is trained to give images in 0..1, and teaches with them as they are',
  },
  {
    point: 'Mask of shifted windows',
    paper: 'not read',
    code: '`calculate_mask` of DCTSwin_arch.py sends the map of regions through the window’s cosine transform too, so that what is masked depends on rounding; the tokens are frequencies, which belong to no region',
    ours: 'one: no mask',
  },
  {
    point: 'Stochastic depth of the aggregation network',
    paper: 'not read',
    code: 'blocks are dropped at random in training, at a rate that rises to 0.1',
    ours: 'one: no block is dropped, since a step here is a pure function',
  },
  {
    point: 'Teachers',
    paper: 'not read beyond the architectures’ names',
    code: 'published SwinIR, EDSR and RCAN; in another order in the first stage’s options than in the second’s, although the channels of the aggregation network’s first convolution belong to one order',
    ours: 'one: EDSR, RCAN and, in the place of SwinIR, RRDBNet; each trained here in a run of its own, the order kept',
  },
  {
    point: 'Schedule',
    paper: 'not read',
    code: 'halved after 50, 80, 90 and 95 % of 500,000 updates; running averages of the weights (0.999) are tested',
    ours: 'one: halved after half of the way; the weights themselves are tested',
  },
];
