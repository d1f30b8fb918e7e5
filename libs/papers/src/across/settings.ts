import { settlingSchedule, stepSchedule, type Recipe, type Tier } from '@distillery/lab';
import type { SectionedEdsrConfig } from '@distillery/models';

/** The common student and teacher: sectioned EDSRs, of which methods with exits use the sections and CSD the leading slice. */
export type Network = Omit<SectionedEdsrConfig, 'scale' | 'exits'>;

/** What a tier fixes for the comparison of all methods. */
export interface AcrossSettings {
  readonly teacher: Network;
  readonly student: Network;
  /** Channels and blocks of JDSR's encoder and peer, and of PISR's encoder. */
  readonly shallow: { readonly features: number; readonly blocks: number };
  readonly encoder: { readonly features: number; readonly shrunk: number };
  /** HR patch side. */
  readonly patch: number;
  readonly batch: number;
  /** Updates of whatever a method trains before the student: teacher, autoencoder or encoder. */
  readonly pretrain: number;
  /** Updates of the student in every arm. */
  readonly steps: number;
  readonly learningRate: number;
  readonly schedule: (steps: number, learningRate: number) => Recipe['schedule'];
}

const network = (features: number, sections: number, blocks: number): Network => ({ features, sections, blocks, resScale: 1, rgbRange: 1 });

export const ACROSS_SCALE = 4;

export const ACROSS_SETTINGS: Readonly<Record<Tier, AcrossSettings>> = {
  smoke: {
    teacher: network(16, 2, 1),
    student: network(8, 2, 1),
    shallow: { features: 8, blocks: 1 },
    encoder: { features: 8, shrunk: 4 },
    patch: 32,
    batch: 10,
    pretrain: 5,
    steps: 4,
    learningRate: 1e-3,
    schedule: halvedByThirds,
  },
  // 600 steps from 2e-3 left the student alone at 28.18 dB on Set5 x4 and PISR's at 27.98, below bicubic (28.43). So long, at this rate, the student alone has 29.04.
  learn: {
    teacher: network(16, 2, 1),
    student: network(8, 2, 1),
    shallow: { features: 8, blocks: 1 },
    encoder: { features: 8, shrunk: 4 },
    patch: 32,
    batch: 8,
    pretrain: 1200,
    steps: 1200,
    learningRate: 4e-3,
    schedule: settlingSchedule,
  },
  // 1000 steps of each, halved by thirds, ended while every arm still gained several times what methods differ by.
  small: {
    teacher: network(32, 4, 1),
    student: network(16, 4, 1),
    shallow: { features: 16, blocks: 2 },
    encoder: { features: 32, shrunk: 12 },
    patch: 32,
    batch: 8,
    pretrain: 6000,
    steps: 8000,
    learningRate: 1e-3,
    schedule: settlingSchedule,
  },
  full: {
    teacher: network(256, 4, 8),
    student: network(64, 4, 8),
    shallow: { features: 64, blocks: 2 },
    encoder: { features: 56, shrunk: 12 },
    patch: 192,
    batch: 16,
    pretrain: 300_000,
    steps: 300_000,
    learningRate: 1e-4,
    schedule: halvedByThirds,
  },
};

/** Halved after each third. At the small tier runs settle instead. */
function halvedByThirds(steps: number, learningRate: number): Recipe['schedule'] {
  return stepSchedule(steps, learningRate, 0.5, Math.ceil(steps / 3));
}
