import { flushed, type Channels, type Request } from './channels';

/**
 * Answers a shutdown request and ends the process: at once, or, where the request says `patience_ms`, when nothing is under way any more, at the latest after that
 * time. What no cell awaited can still fail meanwhile.
 */
export async function shutDown(request: Request, channels: Channels): Promise<void> {
  const { restart = false, patience_ms: patience = 0 } = request.content as { restart?: boolean; patience_ms?: number };
  request.reply('shutdown_reply', { status: 'ok', restart });
  channels.publish('shutdown_reply', request.header, { status: 'ok', restart });
  await flushed();
  if (patience === 0) process.exit(0);
  channels.closeRequests();
  process.once('beforeExit', () => process.exit(0));
  setTimeout(() => process.exit(0), patience).unref();
}
