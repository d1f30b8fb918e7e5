import { UserError } from '@distillery/tensor';
import type { FromFile } from '../model';

/** How some project names the tensors of a network: from all names of a file, what each is called here; null if the file does not name them so. */
export type NameScheme = (names: readonly string[]) => ((name: string) => string) | null;

/** Tensors under our names, by the first scheme that the file follows; as they are if it follows none. Throws UserError if two become one. */
export function fromSchemes(...schemes: readonly NameScheme[]): FromFile {
  return (tensors, label) => {
    const names = Object.keys(tensors);
    const rename = schemes.map((scheme) => scheme(names)).find((found) => found !== null);
    if (!rename) return tensors;
    const renamed = Object.fromEntries(names.map((name) => [rename(name), tensors[name] as (typeof tensors)[string]]));
    if (Object.keys(renamed).length < names.length) throw new UserError(`weights ${label}: two tensors have names that mean the same`);
    return renamed;
  };
}

/** One more than the largest number that stands in the pattern's first group; 0 if no name fits. */
export function countOf(names: readonly string[], pattern: RegExp): number {
  return Math.max(-1, ...names.map((name) => Number(pattern.exec(name)?.[1] ?? -1))) + 1;
}

/** Replacements that are made one after the other. */
function replacing(...steps: readonly (readonly [RegExp, string | ((...groups: string[]) => string)])[]): (name: string) => string {
  return (name) => steps.reduce((known, [pattern, by]) => known.replace(pattern, by as string), name);
}

/** EDSR as CSD's trainer (IJCAI 2021) saves it: `body.3.conv1`, or `body3.conv1`, `body_conv`, `upsampler.blocks.0`, `tail_conv`. */
export const csdEdsrNames: NameScheme = (names) => {
  const blocks = countOf(names, /^body\.?(\d+)\.conv1\.weight$/);
  if (blocks === 0 || !names.includes('body_conv.weight')) return null;
  return replacing(
    [/^head\.(?=weight|bias)/, 'head.0.'],
    [/^body_conv\./, `body.${blocks}.`],
    [/^body\.?(\d+)\.conv1\./, 'body.$1.body.0.'],
    [/^body\.?(\d+)\.conv2\./, 'body.$1.body.2.'],
    [/^upsampler\.blocks\.(\d+)\.(?:0\.)?/, (_, stage) => `tail.0.${2 * Number(stage)}.`],
    [/^tail_conv\./, 'tail.1.'],
  );
};

/** RCAN as CSD's trainer saves it: `body.3.body.5.body.0`, `body.3.body.5.caLayer.conv_du.0`, `body.3.conv`, and EDSR's ends as there. */
export const csdRcanNames: NameScheme = (names) => {
  const groups = countOf(names, /^body\.(\d+)\.body\.\d+\.caLayer\./);
  const blocks = countOf(names, /^body\.\d+\.body\.(\d+)\.caLayer\./);
  if (groups === 0 || !names.includes('body_conv.weight')) return null;
  return replacing(
    [/^head_conv\./, 'head.0.'],
    [/^(body\.\d+\.body\.\d+\.body)\.1\./, '$1.2.'],
    [/^(body\.\d+\.body\.\d+)\.caLayer\.conv_du\.(\d)\./, (_, block, layer) => `${block}.body.3.conv_du.${2 * Number(layer)}.`],
    [/^(body\.\d+)\.conv\./, `$1.body.${blocks}.`],
    [/^body_conv\./, `body.${groups}.`],
    [/^upsampler\.blocks\.(\d+)\./, (_, stage) => `tail.0.${2 * Number(stage)}.`],
    [/^tail_conv\./, 'tail.1.'],
  );
};

/** CARN as CSD's trainer saves it: `b1.b1.conv1`, `b1.c1.conv`, `upsample.blocks.0`. */
export const csdCarnNames: NameScheme = (names) =>
  names.includes('b1.b1.conv1.weight')
    ? replacing(
        [/^(b\d\.b\d)\.conv1\./, '$1.body.0.'],
        [/^(b\d\.b\d)\.conv2\./, '$1.body.2.'],
        [/^((?:b\d\.)?c\d)\.conv\./, '$1.body.0.'],
        [/^upsample\.blocks\.(\d+)\./, (_, stage) => `upsample.up.body.${3 * Number(stage)}.`],
      )
    : null;

/** EDSR as FAKD's trainer (ICIP 2020) saves it, its blocks in three parts: `body1.0`, `body2.0`, `body3.0`. */
export const fakdEdsrNames: NameScheme = (names) => {
  const blocks = [1, 2, 3].map((part) => countOf(names, new RegExp(`^body${part}\\.(\\d+)\\.body\\.`)));
  if (blocks.some((count) => count === 0)) return null;
  const before = [0, blocks[0] as number, (blocks[0] as number) + (blocks[1] as number)];
  return replacing([/^body([123])\.(\d+)\./, (_, part, index) => `body.${(before[Number(part) - 1] as number) + Number(index)}.`]);
};

/** RCAN as FAKD's trainer saves it: `body_group3`, `body_tail`. */
export const fakdRcanNames: NameScheme = (names) => {
  const groups = countOf(names, /^body_group(\d+)\./);
  return groups === 0 ? null : replacing([/^body_group(\d+)\./, 'body.$1.'], [/^body_tail\./, `body.${groups}.`]);
};

/** What BasicSR calls the ends of EDSR and of RCAN. */
const basicsrEnds = (last: number) =>
  [
    [/^conv_first\./, 'head.0.'],
    [/^conv_after_body\./, `body.${last}.`],
    [/^upsample\.(\d+)\./, 'tail.0.$1.'],
    [/^conv_last\./, 'tail.1.'],
  ] as const;

/** EDSR as BasicSR names it: `body.3.conv1`, `conv_after_body`. */
export const basicsrEdsrNames: NameScheme = (names) => {
  const blocks = countOf(names, /^body\.(\d+)\.conv1\.weight$/);
  if (blocks === 0 || !names.includes('conv_after_body.weight')) return null;
  return replacing(...basicsrEnds(blocks), [/^(body\.\d+)\.conv1\./, '$1.body.0.'], [/^(body\.\d+)\.conv2\./, '$1.body.2.']);
};

/** RCAN as BasicSR names it: `body.3.residual_group.5.rcab.0`, `body.3.conv`. */
export const basicsrRcanNames: NameScheme = (names) => {
  const groups = countOf(names, /^body\.(\d+)\.residual_group\./);
  const blocks = countOf(names, /^body\.\d+\.residual_group\.(\d+)\./);
  if (groups === 0 || blocks === 0) return null;
  return replacing(
    ...basicsrEnds(groups),
    [/^(body\.\d+)\.conv\./, `$1.body.${blocks}.`],
    [/^(body\.\d+)\.residual_group\.(\d+)\.rcab\.(\d)\./, '$1.body.$2.body.$3.'],
    [/^(body\.\d+\.body\.\d+\.body\.3)\.attention\.1\./, '$1.conv_du.0.'],
    [/^(body\.\d+\.body\.\d+\.body\.3)\.attention\.3\./, '$1.conv_du.2.'],
  );
};

/** RRDBNet as ESRGAN, BSRGAN and KAIR name it: `RRDB_trunk.3.RDB1`, `trunk_conv`, `upconv1`, `HRconv`. */
export const rrdbTrunkNames: NameScheme = (names) =>
  names.some((name) => name.startsWith('RRDB_trunk.'))
    ? replacing(
        [/^RRDB_trunk\.(\d+)\.RDB(\d)\./, 'body.$1.rdb$2.'],
        [/^trunk_conv\./, 'conv_body.'],
        [/^upconv(\d)\./, 'conv_up$1.'],
        [/^HRconv\./, 'conv_hr.'],
      )
    : null;

/** RRDBNet as the first release of ESRGAN counts it: `model.0`, `model.1.sub.3.RDB1.conv1.0`, then an up-sampling or activation between the rest. */
export const rrdbSequentialNames: NameScheme = (names) => {
  // `model.` may have been taken for a prefix of a trainer and be gone.
  const prefix = names.some((name) => name.startsWith('model.1.sub.')) ? 'model.' : '';
  const blocks = countOf(names, new RegExp(`^${prefix.replace('.', '\\.')}1\\.sub\\.(\\d+)\\.RDB1\\.`));
  if (blocks === 0) return null;
  const top = countOf(names, new RegExp(`^${prefix.replace('.', '\\.')}(\\d+)\\.(?:weight|bias)$`)) - 1;
  const layers: Readonly<Record<string, string>> = {
    0: 'conv_first',
    [top]: 'conv_last',
    [top - 2]: 'conv_hr',
    ...(top >= 7 && { 3: 'conv_up1' }),
    ...(top >= 10 && { 6: 'conv_up2' }),
  };
  return (name) => {
    const plain = name.slice(prefix.length);
    return plain
      .replace(new RegExp(`^1\\.sub\\.${blocks}\\.`), 'conv_body.')
      .replace(/^1\.sub\.(\d+)\.RDB(\d)\.conv(\d)\.0\./, 'body.$1.rdb$2.conv$3.')
      .replace(/^(\d+)\.(?=weight|bias)/, (_, index: string) => `${layers[index] ?? `layer${index}`}.`);
  };
};

/** SRVGGNetCompact's ncnn graph, which counts layers as PyTorch's Sequential does: `Conv_0/weight`, `PRelu_1/slope`. */
export const srvggNcnnNames: NameScheme = (names) =>
  names.some((name) => name.startsWith('Conv_0/'))
    ? replacing([/^Conv_(\d+)\/(weight|bias)$/, 'body.$1.$2'], [/^PRelu_(\d+)\/slope$/, 'body.$1.weight'])
    : null;

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
export const fsrcnnChxy95Names: NameScheme = (names) =>
  names.includes('deconv.weight') ? (name) => name.replace(/^[a-z]+\d?(?=\.)/, (module) => CHXY95_MODULES[module] ?? module) : null;

/** FSRCNN(56,12,4) as OpenCV ships it: kernel `f1`, bias `b1` and slopes `alpha1` of the first layer, and so on to the eighth. */
export const fsrcnnOpencvNames: NameScheme = (names) => {
  if (!names.includes('f1')) return null;
  return (name) => {
    const [, kind, digit] = /^(f|b|alpha)([1-8])$/.exec(name) ?? [];
    if (kind === undefined) return name;
    const layer = Number(digit);
    const [module, first] = layer === 1 ? ['first_part', 0] : ['mid_part', 2 * (layer - 2)];
    if (kind === 'alpha') return `${module}.${first + 1}.weight`;
    return `${layer === 8 ? 'last_part' : `${module}.${first}`}.${kind === 'f' ? 'weight' : 'bias'}`;
  };
};

/** FSRCNN as PISR's trainer (ECCV 2020) saves it, below `backbone.network`: `feature_extraction.0.0`, `shrinking.0.0`, `mapping.3.1`. */
export const pisrFsrcnnNames: NameScheme = (names) => {
  const mapping = countOf(names, /^mapping\.(\d+)\.0\./);
  if (!names.includes('feature_extraction.0.0.weight')) return null;
  return replacing(
    [/^feature_extraction\.0\./, 'first_part.'],
    [/^shrinking\.0\.(\d)\./, 'mid_part.$1.'],
    [/^mapping\.(\d+)\.(\d)\./, (_, layer, module) => `mid_part.${2 + 2 * Number(layer) + Number(module)}.`],
    [/^expanding\.0\.(\d)\./, (_, module) => `mid_part.${2 + 2 * mapping + Number(module)}.`],
    [/^last_layer\.0\.0\./, 'last_part.'],
  );
};
