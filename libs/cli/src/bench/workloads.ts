import type { EdsrConfig } from '@distillery/models';

/** A training step to time: EDSR, L1, Adam. `side` is that of the LR patches. */
export interface StepWorkload {
  readonly name: string;
  readonly teacher: EdsrConfig;
  readonly batch: number;
  readonly side: number;
  /** Whether stock tfjs is measured too: minutes per step where it is not. */
  readonly stock: boolean;
}

const edsrX2 = (features: number, blocks: number): EdsrConfig => ({ features, blocks, resScale: 1, rgbRange: 1, scale: 2 });

/** Small, medium, and the baseline of the literature. */
export const STEP_WORKLOADS: readonly StepWorkload[] = [
  { name: 'EDSR x2, 16 channels, 4 blocks, batch 8, 24x24', teacher: edsrX2(16, 4), batch: 8, side: 24, stock: true },
  { name: 'EDSR x2, 32 channels, 8 blocks, batch 8, 48x48', teacher: edsrX2(32, 8), batch: 8, side: 48, stock: true },
  { name: 'EDSR x2, 64 channels, 16 blocks, batch 4, 48x48', teacher: edsrX2(64, 16), batch: 4, side: 48, stock: false },
];
