import { CSD } from './csd';
import { FAKD } from './fakd';
import { JDSR } from './jdsr';
import { PISR } from './pisr';
import { SRKD } from './srkd';

/** Every paper of the workbench. Adding one is a line here, a folder beside this file, and a notebook. */
export const PAPERS = { csd: CSD, fakd: FAKD, pisr: PISR, jdsr: JDSR, srkd: SRKD } as const;
