import { spawn } from 'node:child_process';
import { UserError } from '../user-error';

/** How a program that others made is called, and what it is for. */
export interface Tool {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder?: string;
  /** What stands in the message where it is not found: `g++ is needed to build the addon`. */
  readonly need: string;
  /** What stands in the message where it fails: `npm could not fetch the addon's source`. */
  readonly failure: string;
  /** Which line of what it wrote tells why it failed; the last that matches. */
  readonly reason?: RegExp;
}

/** Runs a tool to its end and returns what it wrote to stdout. `onOutput` gets all that it writes. Throws UserError with its own last word if it is missing or fails. */
export function runTool(
  { command, args, folder, need, failure, reason = /error/i }: Tool,
  onOutput?: (text: string) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(folder !== undefined && { cwd: folder }) });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      onOutput?.(chunk.toString());
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
      onOutput?.(chunk.toString());
    });
    child.on('error', () => reject(new UserError(`${need}: ${command} is not found`)));
    child.on('close', (code) => {
      if (code === 0) return resolve(output);
      const lines = errors.trim().split('\n');
      reject(new UserError(`${failure}: ${lines.findLast((line) => reason.test(line)) ?? `it ended with code ${code}`}`));
    });
  });
}
