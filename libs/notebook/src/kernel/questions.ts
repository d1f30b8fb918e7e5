import { isCompleteCode } from 'tslab/dist/converter';
import { printQuickInfo } from 'tslab/dist/inspect';
import { KERNELSPEC, LANGUAGE_INFO } from '../protocol/kernel-name';
import type { Request } from './channels';
import { commsOpen } from './comms';
import type { Execution } from './execution';

/** Answers a request that runs no cell. What the kernel does not know gets no answer, as the protocol says. */
export function answerQuestion(request: Request, { executor }: Execution): void {
  const { code = '', cursor_pos: cursor = 0 } = request.content as { code?: string; cursor_pos?: number };
  switch (request.header.msg_type) {
    case 'kernel_info_request':
      return request.reply('kernel_info_reply', {
        status: 'ok',
        protocol_version: '5.3',
        implementation: KERNELSPEC.name,
        implementation_version: '0.1.0',
        language_info: LANGUAGE_INFO,
        banner: KERNELSPEC.display_name,
        help_links: [],
      });
    case 'is_complete_request': {
      const { completed, indent = '' } = isCompleteCode(code);
      return request.reply('is_complete_reply', completed ? { status: 'complete' } : { status: 'incomplete', indent });
    }
    case 'inspect_request': {
      const info = executor.inspect(code, cursor);
      const data = info ? { 'text/plain': printQuickInfo(info) } : {};
      return request.reply('inspect_reply', { status: 'ok', found: Boolean(info), data, metadata: {} });
    }
    case 'complete_request': {
      const { start, end, candidates } = executor.complete(code, cursor);
      return request.reply('complete_reply', { status: 'ok', cursor_start: start, cursor_end: end, matches: candidates, metadata: {} });
    }
    case 'history_request':
      return request.reply('history_reply', { status: 'ok', history: [] });
    case 'comm_info_request':
      return request.reply('comm_info_reply', { status: 'ok', comms: commsOpen() });
  }
}
