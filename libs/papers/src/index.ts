import { ACROSS } from './across';
import { CSD } from './csd';
import { FAKD } from './fakd';
import { JDSR } from './jdsr';
import { PDD } from './pdd';
import { PISR } from './pisr';
import { SRKD } from './srkd';

/** Every paper of the workbench, and the comparison across them. Adding one is a line here, a folder beside this file, and a notebook. */
export const PAPERS = { csd: CSD, fakd: FAKD, pisr: PISR, srkd: SRKD, jdsr: JDSR, pdd: PDD, across: ACROSS } as const;
