import type { Image, Plane } from '@distillery/data';
import type { Params } from '@distillery/tensor';
import type { Protocol } from './protocol';

/** Channels of two images as a protocol compares them: border removed, values on the 0..255 scale. See `comparedPlanes`. */
export type ComparedPlanes = readonly (readonly [Plane, Plane])[];

/** What is known of a metric. Its file says it once; evaluation, verdicts, reports and commands ask for it. */
interface Facts {
  /** Its name in claims, results and options: `psnr`. */
  readonly id: string;
  /** As the field writes it: `PSNR`. */
  readonly title: string;
  /** `dB`; empty if it has none. */
  readonly unit: string;
  /** What a better image has: a higher value, or a lower one. */
  readonly better: 'higher' | 'lower';
  /** `fidelity`: nearness to the original, in which a network below bicubic enlargement has not learned yet. `perception`: it may be, and look better. */
  readonly judges: 'fidelity' | 'perception';
  /** Digits after the point: as papers print means (differences and single images get one more), and as many as the value has. */
  readonly digits: { readonly printed: number; readonly full: number };
  /** How near ours must come to a published number at the full tier to be called reproduced, and within tolerance. */
  readonly bands: { readonly reproduced: number; readonly tolerance: number };
}

/** A metric of the channels that a protocol compares; it needs nothing else. */
export interface ChannelMetric extends Facts {
  readonly compares: 'channels';
  /** What an infinite value counts as, which has no mean and no JSON form. Absent: it is always finite. */
  readonly largest?: number;
  measure(planes: ComparedPlanes, protocol: Protocol): number;
}

/** A metric of whole images, the same under every protocol, that needs the weights of a network. */
export interface ImageMetric extends Facts {
  readonly compares: 'images';
  /** Its network with the weights of the data folder, on the active engine; null where they are not found. Throws UserError if the file is damaged. */
  load(dataDir: string | null): LoadedMetric | null;
}

/** A metric whose network is loaded. */
export interface LoadedMetric {
  /** The network and its version: `LPIPS-Alex v0.1`. */
  readonly network: string;
  /** Whoever loaded them disposes them. */
  readonly params: Params;
  /** null for images that are too small for the network. Throws UserError if their sizes differ. */
  measure(image: Image, reference: Image): number | null;
}

export type Metric = ChannelMetric | ImageMetric;
