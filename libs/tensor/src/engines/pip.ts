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
