import type { Image, Plane, Size } from '@distillery/data';
import { luma, toRgb } from '@distillery/data';
import { UserError } from '@distillery/tensor';

/** Pixels left out on each side: a number, the scale, or the scale plus a number. */
export type BorderRule = number | 'scale' | `scale+${number}`;

/**
 * What exactly is measured. Scores under different protocols must not be compared: between two of these, the same pair of images
 * can differ by dBs.
 */
export interface Protocol {
  readonly name: string;
  /**
   * `y`: BT.601 luma 16..235. `y-256`: the same with the rounded weights (65.738, 129.057, 25.064) / 256. `y-full`: luma 0..255,
   * 0.299 R + 0.587 G + 0.114 B. `rgb`: all three channels.
   */
  readonly colour: 'y' | 'y-256' | 'y-full' | 'rgb';
  /** Whether luma is rounded to 8 bit before anything is measured. */
  readonly roundLuma: boolean;
  /** A grey image counts as R = G = B (`rgb`), or its value is taken for luma itself (`luma`), which then spans 0..255. */
  readonly grey: 'rgb' | 'luma';
  readonly border: BorderRule;
  /** Gaussian window, valid positions only; K1 = 0.01, K2 = 0.03. With several channels the mean of theirs. */
  readonly ssim: { readonly window: 11; readonly sigma: 1.5; readonly range: 255 };
  /** What it is, in one sentence. */
  readonly description: string;
  /** Who measures so. */
  readonly source: string;
}

const SSIM = { window: 11, sigma: 1.5, range: 255 } as const;
const COMMON = { roundLuma: false, grey: 'rgb', ssim: SSIM } as const;

/** All protocols by name. The first is the default: what the papers mean by PSNR (Y) and SSIM. */
export const PROTOCOLS = {
  'y-border-scale': {
    ...COMMON,
    name: 'y-border-scale',
    colour: 'y',
    border: 'scale',
    description: 'BT.601 luma in double precision, not rounded, border = scale: what most papers report.',
    source: 'RCAN, Evaluate_PSNR_SSIM.m; its published Set5 values come out to 1e-6 dB',
  },
  'csd-y': {
    ...COMMON,
    name: 'csd-y',
    colour: 'y-256',
    border: 'scale',
    description: 'Luma with weights (65.738, 129.057, 25.064) / 256 on the difference, border = scale; within 1e-4 dB of y-border-scale.',
    source: 'CSD, FAKD and other code derived from EDSR-PyTorch',
  },
  'y-rounded': {
    ...COMMON,
    name: 'y-rounded',
    colour: 'y',
    roundLuma: true,
    border: 'scale',
    description: 'As y-border-scale, but luma rounded to 8 bit first.',
    source: 'MATLAB rgb2ycbcr on uint8, as in SRCNN-era code',
  },
  'y-border-0': {
    ...COMMON,
    name: 'y-border-0',
    colour: 'y',
    border: 0,
    description: 'As y-border-scale, but with the whole image, borders included.',
    source: 'a common deviation, for comparison',
  },
  'y-full-range': {
    ...COMMON,
    name: 'y-full-range',
    colour: 'y-full',
    border: 'scale',
    description: 'Luma 0.299 R + 0.587 G + 0.114 B over the full range 0..255, border = scale; about 1.3 dB lower.',
    source: 'luma of Pillow and OpenCV, a common deviation, for comparison',
  },
  'y-grey-as-luma': {
    ...COMMON,
    name: 'y-grey-as-luma',
    colour: 'y',
    grey: 'luma',
    border: 'scale',
    description: "As y-border-scale, but a grey image's value is taken for luma: 1.3 dB lower on Set14's bridge, 0.09 dB on Set14.",
    source: 'MATLAB evaluation scripts, which convert only images of three channels; the usual bicubic rows of Set14 are measured so',
  },
  'rgb-border-scale': {
    ...COMMON,
    name: 'rgb-border-scale',
    colour: 'rgb',
    border: 'scale',
    description: 'All three channels, border = scale; 1.5 to 2 dB lower than luma.',
    source: "BasicSR's model zoo",
  },
  'div2k-rgb': {
    ...COMMON,
    name: 'div2k-rgb',
    colour: 'rgb',
    border: 'scale+6',
    description: 'All three channels, border = scale + 6: DIV2K validation in code derived from EDSR-PyTorch.',
    source: 'CSD and PISR on DIV2K',
  },
} as const satisfies Record<string, Protocol>;

/** The name of a protocol. */
export type ProtocolName = keyof typeof PROTOCOLS;

/** The protocol with another border, under another name, so that its scores are not taken for the original's. */
export function withBorder(protocol: Protocol, border: number): Protocol {
  const name = `${protocol.name.replace(/-border-.*$/, '')}-border-${border}`;
  return { ...protocol, name, border, description: `As ${protocol.name}, but with a border of ${border}.` };
}

/** Pixels left out on each side at `scale`. Throws UserError for a scale that is not a positive integer. */
export function borderPixels(protocol: Protocol, scale: number): number {
  if (!Number.isInteger(scale) || scale < 1) throw new UserError(`scale ${scale}: expected a positive integer`);
  const { border } = protocol;
  if (typeof border === 'number') return border;
  return border === 'scale' ? scale : scale + Number(border.slice('scale+'.length));
}

/**
 * Luma that was never made an image of, and the luma of `reference`, as a protocol compares them; border removed, 0..255 scale.
 * Throws UserError for a protocol of other channels, if the sizes differ or nothing is left inside the border.
 */
export function comparedLuma(plane: Plane, reference: Image, protocol: Protocol, scale: number): [Plane, Plane][] {
  if (!comparesLuma(protocol)) throw new UserError(`protocol ${protocol.name}: needs an RGB image, a luma network's output has no colours`);
  const border = checkedBorder(plane, reference, protocol, scale);
  if (protocol.grey === 'luma' && reference.channels === 1) {
    const values = plane.data.map((y) => ((y - 16) * 255) / 219);
    return [[inner(values, plane, border), inner(greyValues(reference), reference, border)]];
  }
  const y = protocol.roundLuma ? plane.data.map(Math.round) : plane.data;
  return channels(reference, protocol).map((channel) => [inner(y, plane, border), inner(channel, reference, border)]);
}

/** Whether a protocol can be applied to studio-range luma alone, without colours. */
export function comparesLuma({ colour }: Protocol): boolean {
  return colour === 'y';
}

/** The border, once two sizes are known to be equal and to leave something inside it. */
function checkedBorder(a: Size, b: Size, protocol: Protocol, scale: number): number {
  if (a.width !== b.width || a.height !== b.height) {
    throw new UserError(`images of ${a.width}x${a.height} and ${b.width}x${b.height} cannot be compared; expected one size`);
  }
  const border = borderPixels(protocol, scale);
  if (Math.min(a.width, a.height) <= 2 * border) {
    throw new UserError(`image of ${a.width}x${a.height}: nothing is left inside a border of ${border} (protocol ${protocol.name})`);
  }
  return border;
}

/**
 * The channels of two images that a protocol compares, border removed, values on the 0..255 scale.
 * Throws UserError if the sizes differ or nothing is left inside the border.
 */
export function comparedPlanes(a: Image, b: Image, protocol: Protocol, scale: number): [Plane, Plane][] {
  const border = checkedBorder(a, b, protocol, scale);
  const greyAsLuma = protocol.grey === 'luma' && (a.channels === 1 || b.channels === 1);
  const [planesA, planesB] = [a, b].map((image) => (greyAsLuma ? [greyValues(image)] : channels(image, protocol))) as [
    Float64Array[],
    Float64Array[],
  ];
  return planesA.map((plane, i) => [inner(plane, a, border), inner(planesB[i] as Float64Array, a, border)]);
}

function channels(image: Image, protocol: Protocol): Float64Array[] {
  if (protocol.colour === 'rgb') {
    return [RED, GREEN, BLUE].map((weights) => weighted(image, weights, 0));
  }
  const y = protocol.colour === 'y' ? luma(image) : protocol.colour === 'y-256' ? weighted(image, WEIGHTS_256, 16) : fullRangeLuma(image);
  return [protocol.roundLuma ? y.map(Math.round) : y];
}

const RED = [1, 0, 0] as const;
const GREEN = [0, 1, 0] as const;
const BLUE = [0, 0, 1] as const;
const WEIGHTS_256 = [65.738 / 256, 129.057 / 256, 25.064 / 256] as const;
const WEIGHTS_FULL = [0.299, 0.587, 0.114] as const;

function fullRangeLuma(image: Image): Float64Array {
  return weighted(image, WEIGHTS_FULL, 0);
}

/** The grey value: as stored, or for the RGB partner of a grey image what full-range luma makes of it. */
function greyValues(image: Image): Float64Array {
  return image.channels === 1 ? Float64Array.from(image.data) : fullRangeLuma(image);
}

function weighted(image: Image, [r, g, b]: readonly [number, number, number], offset: number): Float64Array {
  const { data } = toRgb(image);
  const y = new Float64Array(data.length / 3);
  for (let i = 0, j = 0; i < y.length; i++, j += 3) {
    y[i] = offset + r * (data[j] as number) + g * (data[j + 1] as number) + b * (data[j + 2] as number);
  }
  return y;
}

function inner(data: Float64Array, { width, height }: Size, border: number): Plane {
  const [w, h] = [width - 2 * border, height - 2 * border];
  const out = new Float64Array(w * h);
  for (let y = 0; y < h; y++) {
    const start = (y + border) * width + border;
    out.set(data.subarray(start, start + w), y * w);
  }
  return { width: w, height: h, data: out };
}
