import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { UserError } from '@distillery/tensor';
import type { Command } from 'commander';
import { RunFailed } from '../errors';
import { findProgram } from '../find-program';
import { notebookLibrary } from '../notebook-library';
import { ownNotebooksFolder } from '../own-notebooks';

/** `distillery lab`: JupyterLab on the notebooks, the kernel registered. */
export function addLab(program: Command): void {
  program
    .command('lab [options...]')
    .description('open JupyterLab on the notebooks, with the kernel registered; what stands behind -- goes to JupyterLab')
    .action(async (options: string[]) => {
      const jupyter = findProgram('jupyter-lab');
      if (jupyter === null)
        throw new UserError(
          'JupyterLab is not on PATH; expected it after: python3 -m venv .venv && . .venv/bin/activate && pip install jupyterlab',
        );
      await (await notebookLibrary()).installKernelspec();
      const lab = spawn(jupyter, [await ownNotebooksFolder(), ...options], { stdio: 'inherit' });
      // Ctrl-C is JupyterLab's: it asks before it ends.
      process.on('SIGINT', () => undefined);
      const [code] = (await once(lab, 'exit')) as [number | null];
      if (code !== 0) throw new RunFailed(`jupyter lab ended with exit code ${code}`);
    });
}
