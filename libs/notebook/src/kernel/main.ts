/**
 * The program of the kernel process: Jupyter's protocol, spoken in full, around tslab's compiler and executor.
 *
 * node main.js CONNECTION_FILE [--once]     --once: the file is removed once it has been read
 */
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const load = createRequire(__filename);

/** The kernel of the project that the notebook's folder belongs to, if it is another than this one: cells use that project's libraries, and its kernel fits them. */
function otherKernel(): string | null {
  try {
    const { name } = load('../../package.json') as { name: string };
    const lib = dirname(createRequire(join(process.cwd(), 'notebook.js')).resolve(`${name}/package.json`));
    const program = join(realpathSync(lib), 'dist', 'kernel', 'start.js');
    return program === join(__dirname, 'start.js') ? null : program;
  } catch {
    return null;
  }
}

load(otherKernel() ?? './start.js');
