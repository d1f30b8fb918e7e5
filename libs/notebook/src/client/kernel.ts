import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Dealer, Subscriber } from 'zeromq';
import { addressOf, newConnection, type Connection } from '../protocol/connection';
import { failureIn, type Failure } from '../protocol/failure';
import { spawnKernel, type Exit, type KernelProcess } from './kernel-process';
import { decodeMessage, encodeMessage, request, type Message } from '../protocol/messages';

/** A running kernel and the client's end of its channels. */
export interface Kernel {
  /** `language_info` of the kernel's `kernel_info_reply`. */
  readonly languageInfo: unknown;
  /** Settles when the kernel process has ended, however it did. */
  readonly exit: Promise<Exit>;
  /** Failures, under whatever cell; `error` messages among the outputs. */
  onFailure(listener: (failure: Failure) => void): void;
  /** iopub messages (outputs and status), in order. `parent.msg_id` is the id that `execute` announced. */
  onOutput(listener: (message: Message) => void): void;
  /** Runs one cell. Settles when the kernel has answered, with whether all went well; outputs may be on their way until `settle`. */
  execute(code: string, announce: (id: string) => void): Promise<boolean>;
  /** Settles when all that the kernel has sent so far has arrived: outputs and failures, stray rejections of the last cell included. */
  settle(): Promise<void>;
  /** Asks the kernel to end once it has nothing under way, and waits for that at most `graceMs`. */
  shutdown(graceMs: number): Promise<void>;
  /** Kills the kernel, if it still runs, and all that it started, and closes the channels. To be called once, at the end. */
  kill(): Promise<void>;
}

const START_ATTEMPTS = 3;
const START_LIMIT_MS = 120_000;
const RESEND_MS = 500;

/** Starts a kernel in folder `cwd` with environment `env`. Throws Error if none comes up, or `signal` is aborted before it does. */
export async function startKernel(cwd: string, env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<Kernel> {
  const tooLate: Exit = { how: `no answer within ${START_LIMIT_MS / 1000} s`, lastWords: '' };
  const interrupted: Exit = { how: 'interrupted', lastWords: '' };
  const aborted = new Promise<Exit>((resolve) => {
    signal?.addEventListener('abort', () => resolve(interrupted), { once: true });
  });
  let exit = interrupted;
  for (let attempt = 1; attempt <= START_ATTEMPTS && exit !== tooLate && !signal?.aborted; attempt++) {
    const connection = await newConnection();
    const child = await spawnKernel(connection, cwd, env);
    const kernel = connect(connection, child);
    const late = sleep(START_LIMIT_MS, tooLate, { ref: false });
    const ended = await Promise.race([kernel.settle().then(() => null), child.exit, late, aborted]);
    if (ended === null) {
      // The kernel loads its compiler once it has answered; a cell's time begins after that.
      await kernel.settle();
      return kernel;
    }
    exit = ended;
    await kernel.kill();
  }
  throw new Error(`the kernel did not start: ${exit.how}${exit.lastWords ? ` (${exit.lastWords})` : ''}`);
}

/** Hands on each message of a socket until it is closed. What is not signed with our key is not the kernel's, and is dropped. */
async function read(socket: Dealer | Subscriber, key: string, onMessage: (message: Message) => void): Promise<void> {
  for await (const frames of socket) {
    const message = decodeMessage(frames, key);
    if (message) onMessage(message);
  }
}

/**
 * The client's sockets. There is none for heartbeats: the kernel answers them on the thread that runs the cell, so a busy cell would
 * look dead. The end of the process says it instead.
 */
function connect(connection: Connection, child: KernelProcess): Kernel {
  const { key } = connection;
  const session = randomUUID();
  const address = (port: number): string => addressOf(connection, port);
  const shell = new Dealer({ linger: 0 });
  const control = new Dealer({ linger: 0 });
  const iopub = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  shell.connect(address(connection.shell_port));
  control.connect(address(connection.control_port));
  iopub.connect(address(connection.iopub_port));
  iopub.subscribe();

  const awaitingReply = new Map<string, (reply: Message) => void>();
  const awaitingIdle = new Map<string, () => void>();
  const failureListeners: ((failure: Failure) => void)[] = [];
  const outputListeners: ((message: Message) => void)[] = [];
  let languageInfo: unknown = null;

  const onReply = (reply: Message): void => {
    if (reply.header.msg_type === 'kernel_info_reply') languageInfo = reply.content['language_info'];
    awaitingReply.get(reply.parent.msg_id ?? '')?.(reply);
  };
  const onOutput = (message: Message): void => {
    const failure = message.header.msg_type === 'error' ? failureIn(message.metadata) : null;
    if (failure) for (const listener of failureListeners) listener(failure);
    for (const listener of outputListeners) listener(message);
    if (message.header.msg_type === 'status' && message.content['execution_state'] === 'idle') {
      awaitingIdle.get(message.parent.msg_id ?? '')?.();
    }
  };
  const reading = Promise.all([read(shell, key, onReply), read(control, key, onReply), read(iopub, key, onOutput)]);

  let alive = true;
  const gone = child.exit.then(() => {
    alive = false;
  });

  return {
    get languageInfo() {
      return languageInfo;
    },
    exit: child.exit,
    onFailure: (listener) => void failureListeners.push(listener),
    onOutput: (listener) => void outputListeners.push(listener),
    async execute(code, announce) {
      // Cells are sent one at a time: there is none to be turned away after one that failed.
      const content = { code, silent: false, store_history: true, allow_stdin: false, stop_on_error: false };
      const ask = request('execute_request', content, session);
      const reply = new Promise<Message>((resolve) => awaitingReply.set(ask.header.msg_id, resolve));
      announce(ask.header.msg_id);
      await shell.send(encodeMessage(ask, key));
      return (await reply).content['status'] === 'ok';
    },
    async settle() {
      let replied: (reply: Message) => void = () => undefined;
      let idle: () => void = () => undefined;
      const answered = Promise.all([
        new Promise<Message>((resolve) => (replied = resolve)),
        // iopub keeps its order: when the end of this request is seen there, so is everything published before it.
        new Promise<void>((resolve) => (idle = resolve)),
      ]).then(() => true);
      // Asked again and again: at the start iopub may not be connected yet, and a publisher drops what overfills its queue.
      for (let done = false; alive && !done;) {
        const ask = request('kernel_info_request', {}, session);
        awaitingReply.set(ask.header.msg_id, replied);
        awaitingIdle.set(ask.header.msg_id, idle);
        await shell.send(encodeMessage(ask, key));
        done = await Promise.race([answered, gone.then(() => true), sleep(RESEND_MS, false)]);
      }
      // What a kernel sent before it died is still being read.
      if (!alive) await sleep(100);
    },
    async shutdown(graceMs) {
      await control.send(encodeMessage(request('shutdown_request', { restart: false, patience_ms: graceMs }, session), key));
      await Promise.race([gone, sleep(graceMs, undefined, { ref: false })]);
    },
    async kill() {
      child.kill();
      await gone;
      for (const socket of [shell, control, iopub]) socket.close();
      await reading;
    },
  };
}
