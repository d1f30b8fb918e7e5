import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { findDataDir } from '@distillery/data';
import { UserError } from '@distillery/tensor';
import type { Command } from 'commander';
import { dataOption } from '../arguments';
import { RunFailed } from '../errors';
import { findProgram } from '../find-program';
import { notebookLibrary } from '../notebook-library';
import { print } from '../output';
import { ownNotebooksFolder } from '../own-notebooks';

const AS_ROOT = '--allow-root';

/** `distillery lab`: JupyterLab on the notebooks, the kernel registered. */
export function addLab(program: Command): void {
  program
    .command('lab [options...]')
    .description('open JupyterLab on the notebooks, with the kernel registered; options that are not ours go to JupyterLab')
    .addOption(dataOption())
    .allowUnknownOption()
    .action(async (options: string[], { data }: { readonly data?: string }) => {
      const jupyter = findProgram('jupyter-lab');
      if (jupyter === null)
        throw new UserError(
          'JupyterLab is not on PATH; expected it after: python3 -m venv .venv && . .venv/bin/activate && pip install jupyterlab',
        );
      const dataDir = findDataDir(data);
      const spec = await (await notebookLibrary()).installKernelspec();
      print(`kernel: ${spec}, from now on of this installation`);
      const env = { ...process.env, ...(dataDir !== null && { DISTILLERY_DATA: resolve(dataDir) }) };
      const lab = spawn(jupyter, [await ownNotebooksFolder(), ...options], { stdio: 'inherit', env });
      // Ctrl-C is JupyterLab's: it asks before it ends.
      process.on('SIGINT', () => undefined);
      const [code] = (await once(lab, 'exit')) as [number | null];
      if (code === 0) return;
      const root =
        process.getuid?.() === 0 && !options.includes(AS_ROOT) ? `; as root it wants ${AS_ROOT} (npm run lab -- ${AS_ROOT})` : '';
      throw new RunFailed(`jupyter lab ended with exit code ${code}${root}`);
    });
}
