/** How people name the LR images and folders that belong to HR ones. All of it without regard to case. */

const WORD = String.raw`(?:[_.-]?(?:bic(?:ubic)?)?[_.-]?L[RQ](?:[_.-]?(?:BI|BD|DN|bic(?:ubic)?))?|[_.-]bic(?:ubic)?)`;
const SCALE = String.raw`[_.-]?(?:x\d|\dx)[md]?`;
const LR_SUFFIX = new RegExp(`^(?:[_-]SRF_\\d_LR|[_-]LR\\d|${WORD}(?:${SCALE})?|${SCALE}(?:${WORD})?)$`, 'i');
const LR_PREFIX = new RegExp(`^L[RQ](?:${SCALE})?[_-]`, 'i');
const LR_WORD = new RegExp(WORD, 'i');
const HR_SUFFIX = /^(.+?)(?:[_-]SRF_\d)?(?:[_-](?:HR|GT)|(?<=\d)HR)(?:[_-]?x\d)?$/i;
const HR_PREFIX = /^(?:HR|GT)[_-](.+)$/i;

/** The factor that a suffix, a prefix or a folder's name states: `x2`, `2x`, `SRF_2`, `_LR2`; null if it states none. */
export function statedScale(text: string): number | null {
  const [, after, before, srf, bare] = /x_?(\d)(?!\d)|(\d)x(?![a-z0-9])|SRF_(\d)|LR(\d)$/i.exec(text) ?? [];
  const digit = after ?? before ?? srf ?? bare;
  return digit === undefined ? null : Number(digit);
}

/** The name without what says that it is HR (`baby_HR`, `img_001_SRF_2_HR`, `HR_0801`); null if nothing does. */
export function hrBase(stem: string): string | null {
  return (HR_SUFFIX.exec(stem) ?? HR_PREFIX.exec(stem))?.[1] ?? null;
}

/** Which of the HR images an LR image belongs to, by name. */
export interface LrName {
  /** What `known` has under that base. */
  readonly name: string;
  /** What the LR image's name has after the base, or before it; empty if the names are equal. */
  readonly affix: string;
}

/**
 * The HR image whose name, with one of the suffixes of LR images or none, is `stem`: `x2`, `_x2`, `.x2`, `LRx2`, `_bicLRx2`, `_LR`, `_LR2`, `_SRF_2_LR` and
 * their like; or with the prefix `LR_` or `LRx2_`. The longest name that fits is taken. `known` maps the names that HR images go by to the name of the item.
 */
export function matchLrName(stem: string, known: ReadonlyMap<string, string>): LrName | null {
  for (let cut = stem.length; cut > 0; cut--) {
    const name = known.get(stem.slice(0, cut));
    const suffix = stem.slice(cut);
    if (name !== undefined && (suffix === '' || LR_SUFFIX.test(suffix))) return { name, affix: suffix };
  }
  const prefix = LR_PREFIX.exec(stem)?.[0] ?? '';
  const name = known.get(stem.slice(prefix.length));
  return name === undefined ? null : { name, affix: prefix };
}

/** Whether what stands after or before a name says in a word that the image is LR, rather than by a factor alone. */
export function saysLr(affix: string): boolean {
  return LR_WORD.test(affix);
}

/** What a folder's name says: `DIV2K_valid_LR_bicubic` is of the set `DIV2K_valid` and the kind `bicubic`. */
export interface FolderName {
  /** What comes before: the name of the set, or empty. */
  readonly set: string;
  readonly kind: string;
  readonly scale: number | null;
}

/** A folder's name as one of LR images; null if it is none. */
export function lrFolderName(name: string): FolderName | null {
  const found = /^(?:(.*)[_-])?L[RQ](?:[_-]?(.*?))?(?:[_-]?(?:x\d|\dx))?$/i.exec(name);
  return found && { set: found[1] ?? '', kind: (found[2] ?? '').toLowerCase(), scale: statedScale(name) };
}

/** The factor of a folder that is named after nothing else: `X2`, `x2`, `2x`, `scale2`; null for another name. */
export function scaleFolder(name: string): number | null {
  const [, a, b] = /^(?:x_?|scale_?)(\d)$|^(\d)x$/i.exec(name) ?? [];
  const digit = a ?? b;
  return digit === undefined ? null : Number(digit);
}

/** The set that a folder of HR images names (`DIV2K_valid_HR`: `DIV2K_valid`, `HR`: empty); null if the name says nothing of HR. */
export function hrFolderSet(name: string): string | null {
  const found = /^(?:(.*)[_-])?(?:HR|GT)(?:mod\d+|x\d|[_-].*)?$/i.exec(name);
  if (found) return found[1] ?? '';
  return /^image_SRF_\d$/i.test(name) ? name : null;
}

/** How near a kind of LR is to what benchmarks mean, bicubic: the least is taken where several are there. */
export function kindRank(kind: string): number {
  if (/^bic/.test(kind) || kind === 'bi') return 0;
  return kind === '' ? 1 : 2;
}
