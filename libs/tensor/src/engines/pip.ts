import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../user-error';
import { runTool } from './run-tool';

/** Runs pip; `onOutput` gets what it says. Throws UserError with its own last word if it fails or is not there. */
export async function pip(args: readonly string[], onOutput?: (text: string) => void): Promise<void> {
  await runTool(
    {
      command: 'python3',
      args: ['-m', 'pip', ...args, '--disable-pip-version-check'],
      need: 'python3 with pip is needed to fetch packages',
      failure: 'python3 -m pip failed',
      reason: /error|no module named pip/i,
    },
    onOutput,
  );
}

/** For libraries that are the same in the wheels for every Python: which one is installed here does not matter. */
const ANY_PYTHON = ['--python-version', '3.12', '--only-binary', ':all:', '--no-deps'];

/** Downloads a package's wheel alone into an empty folder and returns its path. Throws UserError. */
export async function downloadWheel(requirement: string, folder: string, onOutput?: (text: string) => void): Promise<string> {
  await pip(['download', '--dest', folder, ...ANY_PYTHON, requirement], onOutput);
  const [wheel] = await readdir(folder);
  if (wheel === undefined) throw new UserError(`pip has downloaded ${requirement}, but no wheel came with it`);
  return join(folder, wheel);
}
