import { join } from 'node:path';

/** Where this project's own notebooks are. */
export const OWN_NOTEBOOKS = join(__dirname, '..', '..', '..', 'notebooks');
