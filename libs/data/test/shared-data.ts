import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of real images, or the place where it would be. */
export const DATA = process.env['DISTILLERY_DATA'] ?? join(__dirname, '../../../../shared/data');

/** Whether the real images are there; tests that need them are skipped by name otherwise. */
export const haveData = existsSync(DATA);
