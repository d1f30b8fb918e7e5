import { CommanderError } from 'commander';
import { exitCodeFor, messageFor } from './errors';
import { program } from './program';

// `distillery data list | head`: the reader has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

program()
  .parseAsync(process.argv)
  .catch((error: unknown) => {
    // commander has printed its own line already.
    if (!(error instanceof CommanderError)) process.stderr.write(`${messageFor(error)}\n`);
    process.exitCode = exitCodeFor(error);
  });
