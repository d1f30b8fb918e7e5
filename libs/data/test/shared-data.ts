import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of real images, or the place where it would be. */
export const DATA = process.env['DISTILLERY_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));

/** Whether the real images are there; tests that need them are skipped by name otherwise. */
export const haveData = existsSync(DATA);
