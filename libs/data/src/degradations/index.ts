import type { Degradation } from './degradation';
import { bsrgan } from './bsrgan';
import { opencvMix } from './opencv-mix';
import { realEsrgan } from './real-esrgan';

/** Degradations by the name that recipes use. */
export const DEGRADATIONS = { 'opencv-mix': opencvMix, 'real-esrgan': realEsrgan, bsrgan } as const satisfies Record<string, Degradation>;

export type DegradationName = keyof typeof DEGRADATIONS;

export type { Degradation } from './degradation';
export type { FloatImage } from './float-image';
