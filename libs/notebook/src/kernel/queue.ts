import { setTimeout as sleep } from 'node:timers/promises';
import type { Channels, Request } from './channels';
import { receiveComm } from './comms';
import type { Execution } from './execution';
import { answerQuestion } from './questions';
import { shutDown } from './shutdown';

/** What frontends ask on the shell channel, answered one after another. */
export interface Queue {
  add(request: Request): void;
}

/** After a failure: how long requests that were sent together with the failed one may take to arrive. */
const ARRIVING_MS = 100;

export function createQueue(channels: () => Channels, execution: Execution): Queue {
  const waiting: Request[] = [];
  let working = false;

  const publishState = ({ header }: Request, state: 'busy' | 'idle'): void =>
    channels().publish('status', header, { execution_state: state });

  const runCell = async (request: Request): Promise<void> => {
    const { goOn, reply } = await execution.run(request);
    const stops = !goOn && request.content['stop_on_error'] !== false;
    if (stops) await sleep(ARRIVING_MS);
    // What is asked after the answer is run again.
    const aborted = stops ? waiting.filter(({ header }) => header.msg_type === 'execute_request') : [];
    request.reply('execute_reply', reply);
    publishState(request, 'idle');
    for (const other of aborted) {
      waiting.splice(waiting.indexOf(other), 1);
      publishState(other, 'busy');
      other.reply('execute_reply', { status: 'aborted' });
      publishState(other, 'idle');
    }
  };

  const answer = async (request: Request): Promise<void> => {
    publishState(request, 'busy');
    const { msg_type: type } = request.header;
    if (type === 'execute_request') return runCell(request);
    if (type === 'shutdown_request') await shutDown(request, channels());
    else if (type === 'comm_msg') await execution.interruptibly(() => receiveComm(request, channels()));
    else answerQuestion(request, execution);
    publishState(request, 'idle');
    // It takes seconds, which nobody waits for while the first cell is being read.
    if (type === 'kernel_info_request') setImmediate(() => execution.warmUp());
  };

  const work = async (): Promise<void> => {
    if (working) return;
    working = true;
    for (let request = waiting.shift(); request; request = waiting.shift()) await answer(request);
    working = false;
  };

  return {
    add(request) {
      waiting.push(request);
      void work();
    },
  };
}
