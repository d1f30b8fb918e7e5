import type { EdsrConfig } from '@distillery/models';

/** A training step to time: EDSR and Adam, on L1 alone or with contrastive self-distillation. `side` is that of the LR patches. */
export interface StepWorkload {
  readonly name: string;
  readonly teacher: EdsrConfig;
  readonly batch: number;
  readonly side: number;
  /** CSD's student, as a part of the channels, and its negatives, in VGG19's feature space; null: L1 alone. */
  readonly csd: { readonly width: number; readonly negatives: number } | null;
  /** Whether stock tfjs is measured too: minutes per step where it is not. */
  readonly stock: boolean;
}

const edsrX2 = (features: number, blocks: number): EdsrConfig => ({ features, blocks, resScale: 1, rgbRange: 1, scale: 2 });

/** Small, medium, and the baseline of the literature. */
export const STEP_WORKLOADS: readonly StepWorkload[] = [
  { name: 'EDSR x2, 16 channels, 4 blocks, batch 8, 24x24', teacher: edsrX2(16, 4), batch: 8, side: 24, csd: null, stock: true },
  { name: 'EDSR x2, 32 channels, 8 blocks, batch 8, 48x48', teacher: edsrX2(32, 8), batch: 8, side: 48, csd: null, stock: true },
  { name: 'EDSR x2, 64 channels, 16 blocks, batch 4, 48x48', teacher: edsrX2(64, 16), batch: 4, side: 48, csd: null, stock: false },
  {
    name: 'CSD x4 with VGG19, EDSR of 32 channels and 4 blocks, batch 10, 10x10',
    teacher: { ...edsrX2(32, 4), scale: 4 },
    batch: 10,
    side: 10,
    csd: { width: 0.25, negatives: 10 },
    stock: false,
  },
];
