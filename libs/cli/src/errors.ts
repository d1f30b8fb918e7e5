import { UserError } from '@distillery/tensor';
import { CommanderError } from 'commander';
import { visible } from './output';

/** Work that was asked for properly and failed: exit code 1. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed';
}

export const INTERRUPTED = 'interrupted; the same command continues';

/** Work that SIGTERM ended, as schedulers do: exit code 75 (EX_TEMPFAIL of sysexits.h), put it into the queue again. */
export class Terminated extends RunFailed {
  constructor() {
    super(INTERRUPTED);
  }
}

/** What the operating system's refusals mean to the user. */
const REFUSALS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a file stands where a folder was expected',
  EISDIR: 'a folder stands where a file was expected',
  ENOENT: 'no such file or folder',
};

function refusal(error: unknown): string | null {
  const { code, path } = error as NodeJS.ErrnoException;
  const reason = code === undefined ? undefined : REFUSALS[code];
  return reason === undefined ? null : `${path ?? 'file operation'}: ${reason}`;
}

/** 0 done, 1 a run failed, 2 bad usage or bad input, 75 ended by SIGTERM. */
export function exitCodeFor(error: unknown): 0 | 1 | 2 | 75 {
  if (error instanceof Terminated) return 75;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof UserError || refusal(error) !== null ? 2 : 1;
}

/** One line for the user; the stack of an unexpected error only under DISTILLERY_DEBUG. */
export function messageFor(error: unknown): string {
  if (error instanceof UserError || error instanceof RunFailed) return `distillery: ${visible(error.message)}`;
  const refused = refusal(error);
  if (refused !== null) return `distillery: ${refused}`;
  if (process.env.DISTILLERY_DEBUG !== undefined && error instanceof Error) return error.stack ?? error.message;
  const message = (error instanceof Error ? error.message : String(error)).split('\n')[0];
  return `distillery: unexpected error: ${message} (DISTILLERY_DEBUG=1 shows where)`;
}
