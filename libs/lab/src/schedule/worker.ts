import { UserError } from '@distillery/tensor';
import { loadPapers } from '../experiment/load-papers';
import type { Paper } from '../experiment/paper';
import { performRun } from '../perform/perform-run';
import type { Failure, WorkerReply, WorkerRequest, WorkerSetup } from './worker-messages';

// Entry of a worker process, see `runPlan`: performs one run after another, so that the engine and the data are loaded once.

const { papersModules, ...options } = JSON.parse(process.argv[2] as string) as WorkerSetup;
let papers: Promise<Paper[]> | null = null;

function reply(message: WorkerReply): void {
  process.send?.(message);
}

function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const isUsers = error instanceof UserError;
  return { message: message.split('\n')[0] as string, stack: isUsers || !(error instanceof Error) ? null : (error.stack ?? null) };
}

async function perform({ spec, fresh }: WorkerRequest): Promise<void> {
  let last = { folder: '', skipped: false };
  try {
    await performRun(spec, {
      ...options,
      fresh,
      papers: await (papers ??= loadPapers(papersModules)),
      onProgress(progress) {
        if (progress.kind === 'finished') last = progress;
        reply({ kind: 'progress', progress });
      },
    });
    reply({ kind: 'done', folder: last.folder, skipped: last.skipped });
  } catch (error) {
    reply({ kind: 'failed', failure: failureOf(error) });
  }
}

process.on('message', (request: WorkerRequest) => void perform(request));
// Leaving by exit() releases the locks. Ctrl-C reaches the whole process group: the parent decides what becomes of its workers.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => process.exit(143));
process.on('disconnect', () => process.exit(1));
