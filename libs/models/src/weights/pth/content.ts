import type { StorageRef } from './globals';

/** The little-endian bytes of a whole storage. */
export type StorageBytes = (storage: StorageRef) => Uint8Array;

/** A PyTorch file: what was saved, and where the numbers are. */
export interface PthContent {
  readonly value: unknown;
  readonly storageBytes: StorageBytes;
}
