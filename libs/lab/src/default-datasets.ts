import type { Datasets } from './paper';
import type { Tier } from './recipe';

/** What a tier trains on and is evaluated on where a data folder is given. The full tier is the papers' own protocol. */
const WITH_DATA: Readonly<Record<Tier, Datasets>> = {
  smoke: { train: 'T91', evaluate: ['Set5'] },
  small: { train: 'T91', evaluate: ['Set5', 'Set14'] },
  full: { train: 'DIV2K', evaluate: ['Set5', 'Set14', 'BSD100', 'Urban100'] },
};

/** The built-in images that stand in where no data folder is given. */
const BUILT_IN: Datasets = { train: 'procedural', evaluate: ['procedural-test'] };

/** The sets of a tier: real ones with a data folder, else the procedural stand-in. */
export function defaultDatasets(tier: Tier, dataDir: string | null): Datasets {
  return dataDir === null ? BUILT_IN : WITH_DATA[tier];
}
