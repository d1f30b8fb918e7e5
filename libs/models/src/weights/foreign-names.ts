import { UserError } from '@distillery/tensor';
import type { FromFile } from '../model';

/** A file's name for a tensor -> ours. Names that need no change come back as they are. */
type Rename = (name: string) => string;

/** Tensors under our names, whichever of these names a file gives them. Throws UserError if two become one. */
export function fromNames(...renames: readonly Rename[]): FromFile {
  const ours = (name: string): string => renames.reduce((known, rename) => rename(known), name);
  return (tensors, label) => {
    const entries = Object.entries(tensors).map(([name, tensor]) => [ours(name), tensor] as const);
    const renamed = Object.fromEntries(entries);
    if (Object.keys(renamed).length < entries.length) throw new UserError(`weights ${label}: two tensors have names that mean the same`);
    return renamed;
  };
}

/** FSRCNN-s as trained by chxy95: layers numbered from 1, the deconvolution named. */
const CHXY95_MODULES: Readonly<Record<string, string>> = {
  conv1: 'first_part.0',
  relu1: 'first_part.1',
  conv2: 'mid_part.0',
  relu2: 'mid_part.1',
  conv3: 'mid_part.2',
  relu3: 'mid_part.3',
  conv4: 'mid_part.4',
  relu4: 'mid_part.5',
  deconv: 'last_part',
};

/** `conv2.weight` -> `mid_part.0.weight`. */
export const fsrcnnChxy95Names: Rename = (name) => name.replace(/^[a-z]+\d?(?=\.)/, (module) => CHXY95_MODULES[module] ?? module);

/** FSRCNN(56,12,4) as OpenCV ships it: kernel `f1`, bias `b1` and slopes `alpha1` of the first layer, and so on to the eighth. */
export const fsrcnnOpencvNames: Rename = (name) => {
  const [, kind, digit] = /^(f|b|alpha)([1-8])$/.exec(name) ?? [];
  if (kind === undefined) return name;
  const layer = Number(digit);
  const [module, first] = layer === 1 ? ['first_part', 0] : ['mid_part', 2 * (layer - 2)];
  if (kind === 'alpha') return `${module}.${first + 1}.weight`;
  return `${layer === 8 ? 'last_part' : `${module}.${first}`}.${kind === 'f' ? 'weight' : 'bias'}`;
};
