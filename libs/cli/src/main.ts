import { CommanderError } from 'commander';
import { exitCodeFor, messageFor } from './errors';
import { program } from './program';

program()
  .parseAsync(process.argv)
  .catch((error: unknown) => {
    // commander has printed its own line already.
    if (!(error instanceof CommanderError)) process.stderr.write(`${messageFor(error)}\n`);
    process.exitCode = exitCodeFor(error);
  });
