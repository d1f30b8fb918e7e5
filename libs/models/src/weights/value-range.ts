import { UserError } from '@distillery/tensor';
import type { Architecture } from '../architecture';
import { DIV2K_MEAN, type Mean } from '../layers/mean-shift';
import { isValue } from './fit';
import type { StoredTensor } from './safetensors';

/** What a user says of the values that a network works with. */
export interface StatedValues {
  readonly rgbRange?: 1 | 255 | undefined;
  readonly mean?: Mean | undefined;
}

type Tensors = Readonly<Record<string, StoredTensor>>;
type Options = Readonly<Record<string, unknown>>;

/**
 * The options of an architecture that say its value range and mean colour, as far as they may differ from `options`: by the mean shift in the file, whose bias is minus range times mean,
 * else as the user states them.
 */
export function shiftOptions(architecture: Architecture, options: Options, tensors: Tensors, stated: StatedValues): Options {
  const takes = (name: string): boolean => Object.hasOwn(architecture.options.shape, name);
  if (!takes('rgbRange')) return {};
  const shift = shiftIn(tensors);
  const { rgbRange, mean } = shift ?? stated;
  const fixed = options['meanShift'] !== 'trained';
  return { ...(rgbRange && { rgbRange }), ...(mean && fixed && takes('rgbMean') && { rgbMean: mean }) };
}

/** Throws UserError if what the user states contradicts the file, or is no choice of the architecture. */
export function checkStated({ title, options }: Architecture, tensors: Tensors, { rgbRange, mean }: StatedValues): void {
  const takes = (name: string): boolean => Object.hasOwn(options.shape, name);
  if (rgbRange !== undefined && !takes('rgbRange')) throw new UserError(`--rgb-range: ${title} works with values of one range`);
  if (mean !== undefined && !takes('rgbMean')) throw new UserError(`--mean: ${title} subtracts no mean colour that can be chosen`);
  const shift = shiftIn(tensors);
  if (shift === null) return;
  if (rgbRange !== undefined && rgbRange !== shift.rgbRange)
    throw new UserError(`--rgb-range ${rgbRange}: the mean shift in the weights says ${shift.rgbRange}`);
  const own = shift.mean ?? DIV2K_MEAN;
  if (mean !== undefined && mean.some((value, i) => Math.abs(value - (own[i] as number)) > 1e-3))
    throw new UserError(`--mean ${mean.join(',')}: the mean shift in the weights says ${own.map((value) => value.toFixed(4)).join(',')}`);
}

/** A note if nothing tells the value range of a network that has a choice of it. */
export function rangeNote(architecture: Architecture, tensors: Tensors, { rgbRange }: StatedValues): string[] {
  if (rgbRange !== undefined || !Object.hasOwn(architecture.options.shape, 'rgbRange') || shiftIn(tensors) !== null) return [];
  return ['nothing in it tells the value range, 255 is assumed, as its authors have it; --rgb-range 1 and --mean R,G,B say otherwise'];
}

/** Value range and mean colour that a file's mean shift tells; `mean` null: DIV2K's. The whole is null if the file has none that makes sense. */
function shiftIn(tensors: Tensors): { readonly rgbRange: 1 | 255; readonly mean: Mean | null } | null {
  const bias = Object.hasOwn(tensors, 'sub_mean.bias') ? tensors['sub_mean.bias'] : undefined;
  if (bias?.data.length !== 3) return null;
  const largest = Math.max(...bias.data.map(Math.abs));
  // A mean colour is between black and white, and nobody's is nearly black.
  if (largest > 255 || (largest > 1 && largest < 8)) return null;
  const rgbRange = largest > 1 ? 255 : 1;
  const mean = Array.from(bias.data, (value) => -value / rgbRange) as unknown as Mean;
  const usual = DIV2K_MEAN.every((value, i) => isValue(rgbRange * value, rgbRange * (mean[i] as number), bias.dtype));
  return { rgbRange, mean: usual ? null : mean };
}
